"""Verdicts from words alone, where there is no span model to read the cited words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.text.words import (
    clauses,
    content_words,
    coverage,
    holds_word,
    numbers,
    speakers,
)
from assistant.types import Evidence, Support, Verdict
from assistant.verification.contradiction import (
    ELSE,
    UNCITED,
    cited_texts,
    contradiction,
    word_set,
)
from assistant.verification.facts import read_facts
from index.likeness import likeness

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.types import Embedder

__all__ = ["LexicalVerifier", "Unchecked"]

LEAST_BESIDE_NUMBER = 0.6  # share of a clause's content words, see `_is_displaced`


@dataclass(frozen=True, slots=True)
class Unchecked:
    """The verifier where checking is turned off: it says that nobody looked."""

    def verify(self, claim: str, evidence: Evidence) -> Verdict:
        """Return unchecked, or uncited where nothing is cited."""
        del claim
        return Verdict(Support.UNCHECKED if evidence.quotes else Support.UNCITED)


@dataclass(frozen=True, slots=True)
class LexicalVerifier:
    """Holds claims against the cited words; thresholds in shares of content words.

    The cited words themselves must carry `quoted` of the claim's content words, and together
    with their passage, its source line and the question `grounded` of them. A claim in other
    words may carry less, `paraphrased`, where its embedding is at least `similar` (likeness).
    `without` names rules of `contradiction.RULES` that are not asked.
    """

    embedder: Embedder | None = None
    quoted: float = 0.5
    grounded: float = 0.8
    paraphrased: float = 0.6
    similar: float = 0.6
    without: frozenset[str] = field(default=frozenset())

    def verify(self, claim: str, evidence: Evidence) -> Verdict:
        """Return supported, unsupported with the reason, or uncited."""
        if not evidence.quotes:
            return Verdict(Support.UNCITED, UNCITED)
        reason = contradiction(claim, evidence, self.without) or _doubt(claim, evidence)
        if reason:
            return Verdict(Support.UNSUPPORTED, reason)
        words = content_words(claim)
        quoted = coverage(words, word_set(cited_texts(evidence)))
        around = (
            *cited_texts(evidence),
            evidence.context,
            evidence.about,
            evidence.question,
        )
        grounded = coverage(words, word_set(around))
        score = (quoted + grounded) / 2
        if quoted >= self.quoted and grounded >= self.grounded:
            return Verdict(Support.SUPPORTED, score=score)
        paraphrase = min(quoted, grounded) > 0 and grounded >= self.paraphrased
        if paraphrase and self._similarity(claim, evidence.quotes) >= self.similar:
            return Verdict(Support.SUPPORTED, score=score)
        return Verdict(Support.UNSUPPORTED, ELSE, score)

    def _similarity(self, claim: str, quotes: Iterable[str]) -> float:
        if self.embedder is None:
            return 0.0
        vectors = self.embedder.embed_queries([claim, *quotes])
        return likeness(float((vectors[1:] @ vectors[0]).max()), self.embedder.unrelated)


def _doubt(claim: str, evidence: Evidence) -> str:
    """Return what a reader would weigh and words alone cannot, "" if nothing."""
    if _is_displaced(claim, evidence):
        return "the cited words give that number to something else"
    return "the cited words are somebody else's" if _is_unheard(claim, evidence) else ""


def _is_displaced(claim: str, evidence: Evidence) -> bool:
    """Say whether a number of the claim counts something else in the cited words.

    "Twenty-three voted against" is not carried by "twenty-three were in favour, nine were
    against": of what the claim says in one clause with a number, most is said in the
    evidence's clause with that number. What the question asks about goes without saying.
    """
    cited = [clause for quote in cited_texts(evidence) for clause in clauses(quote)]
    known = word_set((evidence.question,)).union(*speakers(claim))
    for clause in clauses(claim):
        words = [word for word in content_words(clause) if not holds_word(known, word)]
        for number in read_facts(clause).numbers:
            beside = word_set(other for other in cited if number in numbers(other))
            if beside and coverage(words, beside) < LEAST_BESIDE_NUMBER:
                return True
    return False


def _is_unheard(claim: str, evidence: Evidence) -> bool:
    """Say whether somebody whom the claim lets speak does not in the cited words.

    The document itself may also be named as the speaker ("according to The Post").
    """
    heard = [words for quote in evidence.quotes for words in speakers(quote)]
    heard.append(frozenset(content_words(evidence.about)))
    return any(
        not any(holds_word(words, word) for words in heard for word in claimed)
        for claimed in speakers(claim)
    )
