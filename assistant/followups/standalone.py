"""Makes a follow-up question stand alone before anything is searched for.

Most questions of a conversation stand alone already and stay as they are. The rest are
rewritten by the model, and the rewriting is only used if it keeps what was asked and takes the
rest from the conversation. Otherwise, and without a model, a rule does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.followups.leaning import (
    leans_on_conversation,
    may_stand_alone,
    points_back,
    table_of,
)
from assistant.followups.rules import rewritten_by_rule, surely_substituted
from assistant.text.words import content_words, holds_word, names, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.followups.words import Words
    from assistant.prompt import Prompts
    from assistant.protocols import Generator
    from assistant.types import Message, Turn

__all__ = ["standalone_question"]

REMEMBERED_TURNS = 3
QUESTION_TOKENS = 48
LEAST_WORDS = 3  # telling words of a new question behind an "And"
INVENTED_WORDS = 1  # plain words of the model's own, at most: "the cause of the illness"


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
    topic = _up_to_topic(turns)
    if generator is not None:
        if substituted := surely_substituted(question, topic):
            return substituted
        recent = turns[-REMEMBERED_TURNS:]
        written = _written(generator, prompts.rewrite(question, recent), stopped)
        written = _capital(table_of(written).link.sub("", written))
        if stands_for(written, question, recent):
            return written
    return rewritten_by_rule(question, topic)


def _written(
    generator: Generator,
    messages: Sequence[Message],
    stopped: Callable[[], bool] | None,
) -> str:
    """Return the first line that the model writes; "" where the prompt does not fit."""
    if generator.count(messages) + QUESTION_TOKENS >= generator.context_tokens:
        return ""
    written = "".join(generator.generate(messages, QUESTION_TOKENS, stopped))
    return written.strip().partition("\n")[0].strip()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _up_to_topic(turns: Sequence[Turn]) -> Sequence[Turn]:
    """Return the turns up to the last whose question says what it is about."""
    for end in range(len(turns), 0, -1):
        asked = turns[end - 1].question
        if names(asked) or not leans_on_conversation(asked):
            return turns[:end]
    return turns


def stands_for(rewritten: str, question: str, turns: Sequence[Turn]) -> bool:
    """Say whether a model's rewriting can be used.

    It has to keep what was newly said, must not lean on the conversation itself, and may take
    names and numbers from nowhere else. One that adds nothing leaves the question as it was,
    which is right for a new question alone.
    """
    words = table_of(question, turns[-1].question)
    asks = (words.questions | words.auxiliaries).intersection(rewritten.casefold().split())
    leans = points_back(rewritten, words) or words.correction.search(rewritten)
    if not rewritten.endswith("?") or not asks or leans:
        return False
    new = _telling(words.correction.sub("", question), words)
    own = _telling(rewritten, words)
    if not all(holds_word(own, word) for word in new):
        return False
    if len(own) <= len(new) and not _asks_anew(question, new):
        return False
    said = "\n".join([question, *(f"{turn.question}\n{turn.answer}" for turn in turns)])
    known = frozenset(content_words(said)) | words.empty
    invented = [word for word in own if not holds_word(known, word)]
    named = set(names(rewritten)).intersection(invented)
    return (
        not named
        and len(invented) <= INVENTED_WORDS
        and numbers(rewritten) <= numbers(said)
    )


def _asks_anew(question: str, telling: Sequence[str]) -> bool:
    """Say whether a question can be one of its own, although it follows another."""
    enough = len(telling) >= LEAST_WORDS and bool(names(question))
    return enough and may_stand_alone(question)


def _telling(text: str, words: Words) -> list[str]:
    """Return the words that say what a question is about."""
    return [word for word in content_words(text) if word not in words.empty]
