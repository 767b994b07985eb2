"""Makes a follow-up question stand alone before anything is searched for.

Most questions of a conversation stand alone already and stay as they are. The rest are
rewritten by the model, and the rewriting is only used if it adds nothing of its own: every
content word must come from the conversation. Otherwise, and without a model, a rule does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.followups.leaning import leans_on_conversation, points_back, table_of
from assistant.followups.rules import rewritten_by_rule
from assistant.text.words import content_words, holds_word, names, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.prompt import Prompts
    from assistant.protocols import Generator
    from assistant.types import Message, Turn

__all__ = ["standalone_question"]

REMEMBERED_TURNS = 3
QUESTION_TOKENS = 48


def standalone_question(
    question: str,
    turns: Sequence[Turn],
    prompts: Prompts,
    generator: Generator | None,
    stopped: Callable[[], bool] | None = None,
) -> str:
    """Return a question that can be understood, and searched for, on its own."""
    if not turns or not leans_on_conversation(question):
        return question
    if generator is not None:
        recent = turns[-REMEMBERED_TURNS:]
        written = _written(generator, prompts.rewrite(question, recent), stopped)
        if adds_nothing(written, question, recent):
            return written
    return rewritten_by_rule(question, _up_to_topic(turns))


def _written(
    generator: Generator,
    messages: Sequence[Message],
    stopped: Callable[[], bool] | None,
) -> str:
    """Return the first line that the model writes; "" where the prompt does not fit."""
    prompt = generator.encode(messages)
    if len(prompt.tokens) + QUESTION_TOKENS >= generator.context_tokens:
        return ""
    written = "".join(generator.generate(prompt, QUESTION_TOKENS, stopped))
    return written.strip().partition("\n")[0].strip()


def _up_to_topic(turns: Sequence[Turn]) -> Sequence[Turn]:
    """Return the turns up to the last whose question says what it is about."""
    for end in range(len(turns), 0, -1):
        asked = turns[end - 1].question
        if names(asked) or not leans_on_conversation(asked):
            return turns[:end]
    return turns


def adds_nothing(rewritten: str, question: str, turns: Sequence[Turn]) -> bool:
    """Accept a rewriting that keeps the question and takes the rest from the conversation."""
    words = table_of(question, turns[-1].question)
    if not rewritten or points_back(rewritten, words):
        return False
    said = "\n".join([question, *(f"{turn.question}\n{turn.answer}" for turn in turns)])
    known = frozenset(content_words(said)) | words.empty
    own = frozenset(content_words(rewritten))
    new = [w for w in content_words(words.correction.sub("", question)) if w not in words.empty]
    kept = all(holds_word(own, word) for word in new)
    invented = [word for word in own if not holds_word(known, word)]
    return kept and not invented and numbers(rewritten) <= numbers(said)
