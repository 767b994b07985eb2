"""Does a claim follow from the words it cites? Judged without the model that wrote it.

Asking the same model again about the same words changes nothing. What is independent of it:
every number, name and quotation of the claim must stand in the evidence (a day may be what
"on Wednesday" means in a document of that date), what is denied must be denied there, who
speaks must speak there, a claim that copies a sentence must not change a word of it, most
content words must be there, and the meaning must be near (embedding).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.text.near_copy import changes
from assistant.text.words import (
    clauses,
    content_words,
    coverage,
    holds_word,
    names,
    negated,
    numbers,
    quotations,
    same_name,
    speakers,
)
from assistant.types import Evidence, Support, Verdict
from index.likeness import likeness

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from index.types import Embedder

__all__ = ["LexicalVerifier", "Unchecked"]

LEAST_BESIDE_NUMBER = 0.6  # share of a clause's content words, see _displaced_numbers


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
    """

    embedder: Embedder | None = None
    quoted: float = 0.5
    grounded: float = 0.8
    paraphrased: float = 0.6
    similar: float = 0.6

    def verify(self, claim: str, evidence: Evidence) -> Verdict:
        """Return supported, unsupported with the reason, or uncited."""
        if not evidence.quotes:
            return Verdict(Support.UNCITED, "no passage was found that says this")
        reason = _contradiction(claim, evidence)
        if reason:
            return Verdict(Support.UNSUPPORTED, reason)
        words = content_words(claim)
        quoted = coverage(words, _word_set(_cited(evidence)))
        around = (*_cited(evidence), evidence.context, evidence.about, evidence.question)
        grounded = coverage(words, _word_set(around))
        score = (quoted + grounded) / 2
        if quoted >= self.quoted and grounded >= self.grounded:
            return Verdict(Support.SUPPORTED, score=score)
        paraphrase = min(quoted, grounded) > 0 and grounded >= self.paraphrased
        if paraphrase and self._similarity(claim, evidence.quotes) >= self.similar:
            return Verdict(Support.SUPPORTED, score=score)
        return Verdict(Support.UNSUPPORTED, "the cited words say something else", score)

    def _similarity(self, claim: str, quotes: Iterable[str]) -> float:
        if self.embedder is None:
            return 0.0
        vectors = self.embedder.embed_queries([claim, *quotes])
        return likeness(float((vectors[1:] @ vectors[0]).max()), self.embedder.unrelated)


def _contradiction(claim: str, evidence: Evidence) -> str:
    """Return what of the claim does not stand in the evidence, "" if nothing."""
    return next(filter(None, (check(claim, evidence) for check in _CHECKS)), "")


def _cited(evidence: Evidence) -> tuple[str, ...]:
    """Return the cited words, as they stand and with their days spelled out."""
    return tuple(dict.fromkeys((*evidence.quotes, *evidence.in_full)))


def _around(evidence: Evidence) -> str:
    return "\n".join((*evidence.quotes, evidence.context, evidence.about))


def _missing_numbers(claim: str, evidence: Evidence) -> str:
    missing = numbers(claim) - numbers("\n".join(_cited(evidence)))
    # A number that the question brought in need only stand somewhere in the passage.
    missing -= numbers(evidence.question) & numbers(_around(evidence))
    shown = ", ".join(f"{number:,f}" for number in sorted(missing))
    return f"the cited words do not hold the number {shown}" if missing else ""


def _missing_names(claim: str, evidence: Evidence) -> str:
    # Elsewhere in the passage is not enough: "his country" is not whichever is named there.
    known = _word_set((*_cited(evidence), evidence.about, evidence.question))
    strangers = [n for n in names(claim) if not any(same_name(n, word) for word in known)]
    return f"the cited words do not name {', '.join(strangers)}" if strangers else ""


def _missing_quotations(claim: str, evidence: Evidence) -> str:
    folded = _folded(_around(evidence))
    missing = [words for words in quotations(claim) if _folded(words) not in folded]
    return f"the words “{missing[0]}” do not stand there" if missing else ""


def _denials(claim: str, evidence: Evidence) -> str:
    """Hold each clause of the claim against the cited clause nearest to it."""
    cited = [clause for quote in evidence.quotes for clause in clauses(quote)]
    for clause in clauses(claim):
        words, values = content_words(clause), numbers(clause)
        if not words and not values:
            continue
        nearest = max(
            cited, key=lambda other: _in_common(words, values, other), default=clause
        )
        if negated(clause) != negated(nearest):
            return "one of claim and source denies what the other says"
    return ""


def _in_common(words: list[str], values: frozenset[Decimal], other: str) -> int:
    held = frozenset(content_words(other))
    return sum(holds_word(held, word) for word in words) + 2 * len(values & numbers(other))


def _displaced_numbers(claim: str, evidence: Evidence) -> str:
    """Ask whether each number of the claim counts what it counts in the cited words.

    "Twenty-three voted against" is not carried by "twenty-three were in favour, nine were
    against": of what the claim says in one clause with a number, most must be said in the
    evidence's clause with that number. What the question asks about goes without saying, and
    who speaks is looked at elsewhere.
    """
    cited = [clause for quote in _cited(evidence) for clause in clauses(quote)]
    known = _word_set((evidence.question,)).union(*speakers(claim))
    for clause in clauses(claim):
        words = [word for word in content_words(clause) if not holds_word(known, word)]
        for number in numbers(clause):
            beside = _word_set(other for other in cited if number in numbers(other))
            if beside and coverage(words, beside) < LEAST_BESIDE_NUMBER:
                return "the cited words give that number to something else"
    return ""


def _changed_words(claim: str, evidence: Evidence) -> str:
    """Ask whether a claim that copies the cited words changes one of them."""
    known = _word_set((evidence.question, evidence.about))
    spelled = evidence.in_full or evidence.quotes
    for quote, in_full in zip(evidence.quotes, spelled, strict=True):
        found = changes(claim, quote, known)
        if not found or not changes(claim, in_full, known):
            continue
        first = found[0]
        if not first.cited:
            return f"it says “{first.said}”, the cited words do not"
        said = f"says “{first.said}”" if first.said else "leaves out"
        return f"it {said} where the source says “{first.cited}”"
    return ""


def _wrong_speakers(claim: str, evidence: Evidence) -> str:
    """Ask whether everyone whom the claim lets speak speaks in the cited words.

    The document itself may also be named as the speaker ("according to The Post").
    """
    heard = [words for quote in evidence.quotes for words in speakers(quote)]
    heard.append(frozenset(content_words(evidence.about)))
    for claimed in speakers(claim):
        if not any(holds_word(words, word) for words in heard for word in claimed):
            return "the cited words are somebody else's"
    return ""


_CHECKS = (
    _missing_numbers,
    _missing_names,
    _missing_quotations,
    _denials,
    _wrong_speakers,
    _displaced_numbers,
    _changed_words,
)


def _word_set(texts: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for text in texts:
        for word in content_words(text):
            found.add(word)
            found.update(word.split("-"))
    return frozenset(found)


def _folded(text: str) -> str:
    """Fold case, spaces and the forms of quotation marks for a literal comparison."""
    plain = text.casefold().translate(str.maketrans("’‘“”„«»", '\'\'"""""'))
    return " ".join(plain.split()).strip(".,;:!? ")
