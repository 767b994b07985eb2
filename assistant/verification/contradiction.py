"""What of a claim cannot stand beside the words it cites: each rule has a name.

Hard facts only: numbers, dates, names, literal quotations, denials, and a word changed in what
is otherwise a copy. Everything else is judged by `entailment`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.text.language import language_of, languages_differ
from assistant.text.opposites import contrasts
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
)
from assistant.verification.copy_check import changes, copied_share
from assistant.verification.facts import (
    each_number,
    missing_dates,
    missing_numbers,
    read_facts,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from decimal import Decimal

    from assistant.types import Evidence

__all__ = [
    "ELSE",
    "RULES",
    "UNCITED",
    "cited_texts",
    "contradiction",
    "is_known",
    "word_set",
]

UNCITED = "no passage was found that says this"
ELSE = "the cited words say something else"

MOST_LISTED = 12  # "which two rivers": a question may say how many are listed
LEAST_DENIED = 3  # content words of a clause that can be denied; fewer are a bare answer
LEAST_COPIED = 0.9  # share of a claim's words from which on it is a copy
LEAST_SHARED = 0.5  # share of a clause's words that one needs to be denied by another
_NAME = re.compile(r"[^\W\d_][\w'’\-]*")
# What says no without a word for no: "failed to", "refused", "lacks".
_IMPLIED = re.compile(
    r"\b(?:fail\w*|refus\w+|den(?:y|ies|ied)|lack\w*|unable|absen\w+|except|only|few|hardly|"
    r"rarely|instead|rather|unless|avoid\w*|prevent\w*|stopp?\w*|reject\w*|oppos\w+|declin\w+|"
    r"against|unlike|impossible|un\w{4,}|in(?:capable|ability)|kaum|selten|lehnt\w*|verweiger\w+|"
    r"nur|abgelehnt)\b",
    re.IGNORECASE,
)


def contradiction(claim: str, evidence: Evidence, without: Collection[str] = ()) -> str:
    """Return why the claim cannot follow from the evidence, for a person; "" if it may.

    `without` names rules of `RULES` that are not asked.
    """
    asked = (rule for name, rule in RULES.items() if name not in without)
    return next(filter(None, (rule(claim, evidence) for rule in asked)), "")


def cited_texts(evidence: Evidence) -> tuple[str, ...]:
    """Return the cited words, as they stand and with their days spelled out."""
    return tuple(dict.fromkeys((*evidence.quotes, *evidence.in_full)))


def _around(evidence: Evidence) -> str:
    return "\n".join((*evidence.quotes, evidence.context, evidence.about))


def _numbers(claim: str, evidence: Evidence) -> str:
    held = read_facts("\n".join(cited_texts(evidence)))
    missing = set(missing_numbers(read_facts(claim), held))
    # A number that the question brought in need only stand somewhere in the passage.
    asked = numbers(evidence.question)
    missing -= asked & read_facts(_around(evidence)).values
    missing -= {number for number in asked if number <= MOST_LISTED}
    listed = ", ".join(each_number(sorted(missing)))
    return f"the cited words do not hold the number {listed}" if missing else ""


def _dates(claim: str, evidence: Evidence) -> str:
    said = read_facts(claim)
    if not said.dates:
        return ""
    # The document's own date may tell the year, but is no day on which something happened.
    cited = read_facts("\n".join(cited_texts(evidence)))
    years = read_facts(evidence.about).values
    missing = missing_dates(said, replace(cited, numbers=cited.numbers | years))
    # A date that the question brought in need only stand somewhere in the passage.
    asked = read_facts(evidence.question).dates
    elsewhere = missing_dates(said, read_facts(_around(evidence)))
    missing = [day for day in missing if day not in asked or day in elsewhere]
    return f"the cited words do not hold the date {shown(missing[0])}" if missing else ""


def _names(claim: str, evidence: Evidence) -> str:
    # Elsewhere in the passage is not enough: "his country" is not whichever is named there.
    if not tells_names(claim, evidence):
        return ""
    known = _all_words((*cited_texts(evidence), evidence.about, evidence.question))
    strangers = [n for n in names(claim) if not is_known(n, known)]
    return f"the cited words do not name {', '.join(strangers)}" if strangers else ""


def tells_names(claim: str, evidence: Evidence) -> bool:
    """Say whether a capital letter of the claim makes a name that its source must have.

    In German all nouns have one, and other languages have other names for places.
    """
    said = f"{claim} {evidence.question}"
    known = language_of(said) not in {"de", ""}
    return known and not languages_differ(said, _around(evidence))


def is_known(name: str, known: Collection[str]) -> bool:
    """Say whether a name, or each part of one with hyphens, is among folded words."""
    if any(same_name(name, word) for word in known):
        return True
    parts = [part for part in name.split("-") if part]
    return len(parts) > 1 and all(
        any(same_name(part, word) for word in known) for part in parts
    )


def _quotations(claim: str, evidence: Evidence) -> str:
    folded = _folded(_around(evidence))
    missing = [words for words in quotations(claim) if _folded(words) not in folded]
    return f"the words “{missing[0]}” do not stand there" if missing else ""


def _denials(claim: str, evidence: Evidence) -> str:
    """Hold each clause of the claim against the cited clause nearest to it."""
    cited = [clause for quote in evidence.quotes for clause in clauses(quote)]
    for clause in clauses(claim):
        words, values = content_words(clause), numbers(clause)
        if len(words) < LEAST_DENIED:
            continue
        nearest = max(
            cited, key=lambda other: _in_common(words, values, other), default=clause
        )
        shared = coverage(words, word_set((nearest,)))
        if shared < LEAST_SHARED or negated(clause) == negated(nearest):
            continue
        if not _IMPLIED.search(clause) and not _IMPLIED.search(nearest):
            return "one of claim and source denies what the other says"
    return ""


def _in_common(words: list[str], values: frozenset[Decimal], other: str) -> int:
    held = frozenset(content_words(other))
    return sum(holds_word(held, word) for word in words) + 2 * len(values & numbers(other))


def _copies(claim: str, evidence: Evidence) -> str:
    """Ask whether a claim that copies the cited words changes one of them."""
    known = word_set((evidence.question, evidence.about))
    spelled = evidence.in_full or evidence.quotes
    for quote, in_full in zip(evidence.quotes, spelled, strict=True):
        found = changes(claim, quote, known, LEAST_COPIED)
        if not found or not changes(claim, in_full, known, LEAST_COPIED):
            continue
        first = found[0]
        if not first.cited:
            return f"it says “{first.said}”, the cited words do not"
        said = f"says “{first.said}”" if first.said else "leaves out"
        return f"it {said} where the source says “{first.cited}”"
    return ""


def _opposites(claim: str, evidence: Evidence) -> str:
    """Ask whether a word stands in the claim where its opposite stands in its source."""
    for quote in evidence.quotes:
        if copied_share(claim, quote) >= LEAST_SHARED:
            pairs = contrasts(claim, f"{quote}\n{evidence.question}")
            if pairs:
                said, other = pairs[0]
                return f"it says “{said}” where the source says “{other}”"
    return ""


RULES: Mapping[str, Callable[[str, Evidence], str]] = {
    "numbers": _numbers,
    "dates": _dates,
    "names": _names,
    "quotations": _quotations,
    "denials": _denials,
    "copies": _copies,
    "opposites": _opposites,
}


def word_set(texts: Iterable[str]) -> frozenset[str]:
    """Return the content words of texts, those with hyphens also in parts."""
    found: set[str] = set()
    for text in texts:
        for word in content_words(text):
            found.add(word)
            found.update(word.split("-"))
    return frozenset(found)


def _all_words(texts: Iterable[str]) -> frozenset[str]:
    """Return the content words, and those that are written like numbers: "V8", "First"."""
    texts = list(texts)
    plain = (word.removesuffix("'s") for t in texts for word in _NAME.findall(t.casefold()))
    return word_set(texts).union(plain)


def _folded(text: str) -> str:
    """Fold case, spaces and the forms of quotation marks for a literal comparison."""
    plain = text.casefold().translate(str.maketrans("’‘“”„«»", '\'\'"""""'))
    return " ".join(plain.split()).strip(".,;:!? ")
