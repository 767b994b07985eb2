import re
import shutil
from pathlib import Path

import pytest

from assistant.errors import PromptError
from assistant.prompt import VARIABLES, load_prompts, shipped_prompts, source_line
from assistant.types import Passage, Source, Turn
from index.types import Chunk, Span


def passage(text: str, title: str = "A title") -> Passage:
    chunk = Chunk("d", Span(0, len(text)), text)
    return Passage(
        1, chunk, Source("d", "/folder/a.txt", title, "", "2024-05-01", "The Post")
    )


def test_the_shipped_prompts_load_and_leave_nothing_unfilled() -> None:
    prompts = load_prompts()
    turns = [Turn("TURN-QUESTION", "TURN-ANSWER")]
    messages = prompts.answer("QUESTION", [passage("TEXT")]) + prompts.rewrite(
        "AGAIN", turns
    )
    said = "\n".join(message.content for message in messages)
    for word in (
        "QUESTION",
        "TEXT",
        "A title",
        "The Post",
        "2024-05-01",
        "TURN-ANSWER",
        "AGAIN",
    ):
        assert word in said
    assert not re.search(r"\$\w+|\$\{|\{\{|\{\w+\}", said)


def test_text_from_documents_and_people_is_inert() -> None:
    text = "$question $$ ${passages} {{ 7 * 7 }} {number}"
    *_, user = load_prompts().answer(text, [passage(text, text)])
    assert user.content.count(text) == 3


def test_examples_are_turns_of_a_conversation_that_ends_with_the_question() -> None:
    prompts = load_prompts()
    for messages in (
        prompts.answer("QUESTION", [passage("TEXT")]),
        prompts.check("QUESTION", [passage("TEXT")]),
        prompts.phrase("QUESTION", "ANSWER", "TEXT"),
    ):
        roles = [message.role for message in messages]
        assert roles == ["system", *["user", "assistant"] * (len(roles) // 2 - 1), "user"]
        assert len(roles) > 4
        assert all(message.content for message in messages)
        assert "QUESTION" in messages[-1].content
        assert "QUESTION" not in "".join(message.content for message in messages[:-1])


def test_every_fault_of_a_folder_is_named_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "prompts"
    shutil.copytree(shipped_prompts(), folder)
    (folder / "answer/user.md").write_text("$passages $quesiton")
    (folder / "answer/passage.md").write_text("costs 5 $ today")
    (folder / "rewrite/user.md").unlink()
    with pytest.raises(PromptError) as caught:
        load_prompts(folder)
    for fault in (
        "$question is missing",
        "$quesiton is unknown",
        "lone '$'",
        "cannot be read",
    ):
        assert fault in str(caught.value)


def test_the_hash_changes_with_the_prompts(tmp_path: Path) -> None:
    folder = tmp_path / "prompts"
    shutil.copytree(shipped_prompts(), folder)
    assert load_prompts(folder).sha256 == load_prompts().sha256
    (folder / "rewrite/system.md").write_text("Say it in other words.")
    assert load_prompts(folder).sha256 != load_prompts().sha256


def test_the_readme_lists_every_prompt_file() -> None:
    readme = (shipped_prompts() / "README.md").read_text()
    assert all(f"`{name}`" in readme for name in VARIABLES)


def test_a_source_line_says_what_is_known() -> None:
    assert source_line(Source("d", "/f/a.txt")) == "a.txt"
    assert source_line(Source("d", "/f/a.txt", "T", date="2024")) == "T (2024)"
    assert (
        source_line(Source("d", "/f/a.txt", "T", outlet="O", date="2024")) == "T (O, 2024)"
    )
