import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.thinking import ThinkingFilter


def passed(
    text: str, max_tokens: int = 1000, *, opened: bool = False, step: int = 1
) -> str:
    thinking = ThinkingFilter(max_tokens, opened=opened)
    out = [thinking.pass_on(text[i : i + step]) for i in range(0, len(text), step)]
    return "".join(out) + thinking.rest()


@pytest.mark.parametrize("step", [1, 2, 3, 5, 100])
def test_thoughts_are_taken_out_however_they_are_cut(step: int) -> None:
    assert passed("<think>Hm, 4 < 5.</think>\n\nFour [1].", step=step) == "Four [1]."
    assert passed("Hm.</think>Four.", opened=True, step=step) == "Four."
    assert passed("Four. <think>no", step=step) == "Four. <think>no"


def test_a_thought_without_an_end_is_never_shown() -> None:
    assert passed("<think>and on and on") == ""


def test_thinking_is_exhausted_after_its_tokens() -> None:
    thinking = ThinkingFilter(3)
    for piece in ["<think>", "a", "b", "c"]:
        thinking.pass_on(piece)
    assert thinking.exhausted()
    thinking.close()
    assert not thinking.exhausted()
    assert thinking.pass_on("Four.") == "Four."


@given(st.text(alphabet="abc<>/think \n"), st.integers(1, 7))
def test_text_that_does_not_begin_with_a_mark_stays(text: str, step: int) -> None:
    whole = "x" + text
    assert passed(whole, step=step) == whole
