"""Makes a follow-up question stand alone before anything is searched for.

Most questions of a conversation stand alone already and stay as they are. The rest are
rewritten by the model, and the rewriting is only used if it adds nothing of its own: every
content word must come from the conversation. Otherwise the last question that says what it is
about is put in front.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.text.words import content_words, holds_word, names, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.prompt import Prompts
    from assistant.protocols import Generator
    from assistant.types import Turn

__all__ = ["leans_on_conversation", "may_stand_alone", "standalone_question"]

REMEMBERED_TURNS = 3
QUESTION_TOKENS = 64
FEW_WORDS = 2  # content words: "And in 2023?", "Why?"
_POINTING = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|there|"
    r"then|one|ones|former|latter|same|else|er|sie|es|ihn|ihm|ihr|ihre|dieser?|diese[sn]|dort|"
    r"damals)\b",
    re.IGNORECASE,
)
_LINKING = re.compile(
    r"^\W*(?:and|but|so|or|also|what about|how about|und|aber|oder)\b", re.IGNORECASE
)


def leans_on_conversation(question: str) -> bool:
    """Say whether the question needs what was said before to be understood."""
    words = content_words(question)
    if _LINKING.search(question) or len(words) + len(numbers(question)) <= FEW_WORDS:
        return not names(question) or bool(_LINKING.search(question))
    return bool(_POINTING.search(question)) and not names(question)


def may_stand_alone(question: str) -> bool:
    """Say whether nothing but its shortness speaks for a question being a follow-up."""
    told = len(content_words(question)) + len(numbers(question))
    leaning = _LINKING.search(question) or _POINTING.search(question)
    return told >= FEW_WORDS and not leaning


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
    recent = turns[-REMEMBERED_TURNS:]
    if generator is not None:
        messages = prompts.rewrite(question, recent)
        if generator.count(messages) + QUESTION_TOKENS < generator.context_tokens:
            written = "".join(generator.generate(messages, QUESTION_TOKENS, stopped))
            rewritten = written.strip().partition("\n")[0].strip()
            if _adds_nothing(rewritten, question, recent):
                return rewritten
    return f"{_topic(turns).rstrip()} {question}"


def _topic(turns: Sequence[Turn]) -> str:
    """Return the last question that stands alone or names something, else the last one."""
    asked = [turn.question for turn in turns]
    telling = (q for q in reversed(asked) if names(q) or not leans_on_conversation(q))
    return next(telling, asked[-1])


def _adds_nothing(rewritten: str, question: str, turns: Sequence[Turn]) -> bool:
    """Accept a rewriting that keeps the question and takes the rest from the conversation."""
    if not rewritten or leans_on_conversation(rewritten):
        return False
    said = "\n".join([question, *(f"{turn.question}\n{turn.answer}" for turn in turns)])
    known = frozenset(content_words(said))
    words = frozenset(content_words(rewritten))
    kept = all(holds_word(words, word) for word in content_words(question))
    asks = rewritten.endswith("?") or not question.rstrip().endswith("?")
    own = [word for word in words if not holds_word(known, word)]
    return asks and kept and not own and numbers(rewritten) <= numbers(said)
