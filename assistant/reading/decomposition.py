"""Questions over several documents, broken by the language model into simple ones.

"How old is the mayor of the town where the Linden School stands?" is looked up in three
steps; each but the first holds the answer of an earlier one, written "#1" or "#2". What the
model writes is only used if it takes all names and numbers from the question, and leaves none
out. The way of Press et al., "Measuring and narrowing the compositionality gap in language
models" (self-ask), planned in one go, as each call of a small model takes seconds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.text.words import content_words, coverage, holds_word, names, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.prompt import Prompts
    from assistant.protocols import Generator
    from assistant.types import Message

__all__ = ["decompose", "filled", "may_need_steps", "steps_of"]

MOST_STEPS = 3
STEP_TOKENS = 120  # for all steps together
LEAST_WORDS = 4  # content words of a question that may need several steps
MOST_OF_ALL = 0.9  # of the question's words in one step
NEW_WORDS = 2  # of the model's own, in all steps: "born" for "birthplace"
_STEP = re.compile(r"^\s*(?:\d+[.)]|[-*])\s*(?P<asked>.+?)\s*$")
_ANSWER = re.compile(r"#(\d)")


def decompose(
    question: str,
    prompts: Prompts,
    generator: Generator,
    stopped: Callable[[], bool] | None = None,
) -> list[str]:
    """Return the questions to look up one after the other, "#1" for the first one's answer.

    Empty where the question is asked in one step, or what the model wrote is of no use.
    """
    if not may_need_steps(question):
        return []
    return steps_of(question, _written(generator, prompts.decompose(question), stopped))


def may_need_steps(question: str) -> bool:
    """Say whether a question is long enough to be about more than one fact."""
    return len(content_words(question)) >= LEAST_WORDS


def steps_of(question: str, written: str) -> list[str]:
    """Read the steps that a model wrote; empty where they cannot be used."""
    found = [m["asked"] for m in map(_STEP.match, written.splitlines()) if m]
    steps = list(dict.fromkeys(found))
    if not 1 < len(steps) <= MOST_STEPS or not _lead_on(steps):
        return []
    told = [_ANSWER.sub(" ", step) for step in steps]
    simpler = not any(_asks_all(question, step) for step in told)
    return steps if simpler and _says_the_same(question, " ".join(told)) else []


def filled(step: str, answers: Sequence[str]) -> str:
    """Put the answers of earlier steps into a step."""
    return _ANSWER.sub(lambda match: answers[int(match[1]) - 1], step)


def _lead_on(steps: Sequence[str]) -> bool:
    """Say whether each step only needs earlier ones, and the last one leads to the answer.

    It needs an earlier one, and all the others are needed; or they all ask the same of
    different things, to be compared.
    """
    needed = [{int(number) for number in _ANSWER.findall(step)} for step in steps]
    known = all(0 < number <= place for place, each in enumerate(needed) for number in each)
    used = set().union(*needed)
    if used:
        return known and bool(needed[-1]) and used == set(range(1, len(steps)))
    same = set.intersection(*(set(content_words(step)) for step in steps))
    return bool(same) and len({step.split()[0] for step in steps}) == 1


def _asks_all(question: str, step: str) -> bool:
    """Say whether a step asks the whole question again."""
    return coverage(content_words(question), content_words(step)) > MOST_OF_ALL


def _says_the_same(question: str, told: str) -> bool:
    """Say whether steps name what the question names, and hardly a word more."""
    asked, said = content_words(question), content_words(told)
    new = {word for word in said if not holds_word(asked, word)}
    invented = {name for name in names(told) if not holds_word(asked, name)}
    lost = {name for name in names(question) if not holds_word(said, name)}
    return (
        not invented
        and not lost
        and len(new) <= NEW_WORDS
        and numbers(told) <= numbers(question)
        and _digits(question) <= _digits(told)
    )


def _digits(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\d+", text))


def _written(
    generator: Generator,
    messages: Sequence[Message],
    stopped: Callable[[], bool] | None,
) -> str:
    if generator.count(messages) + STEP_TOKENS >= generator.context_tokens:
        return ""
    return "".join(generator.generate(messages, STEP_TOKENS, stopped))
