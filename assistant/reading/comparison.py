"""Questions that compare two things ("Which is older, the Marrow Bridge or the Tarn Bridge?").

No one passage answers them. Each of the two is asked about by itself, and what was found of
either is shown beside the other; which of the two it speaks for is left to the reader.
English and German; the two must be names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.reading.bridges import name_in
from assistant.reading.focus import around
from assistant.reading.sides import in_front, sentence_of
from assistant.text.dates import tells_a_time
from assistant.text.words import content_words, numbers, spelled_alike
from assistant.types import Side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.types import Finding, Passage, Retrieved

__all__ = ["Part", "compared", "side_of", "together"]

_WORD = r"[^\W\d_a-zäöüß][\w’'.\-]*"
_LINK = r"(?:of|the|for|from|in|on|at|to|de|la|van|von|der|den|&)"
_ARTICLE = r"(?:the|der|die|das|den|dem)"
_NAME = rf"(?:{_ARTICLE} )?{_WORD}(?:(?: {_LINK}){{0,2}} {_WORD})*(?: \d+\b)?"
_EITHER = re.compile(rf"\b(?P<one>{_NAME}),? (?:or|oder) (?P<other>{_NAME})")
_BOTH = re.compile(rf"\b(?P<one>{_NAME}) (?:and|und) (?P<other>{_NAME})")
_THIRD_BEFORE = re.compile(rf"(?:^|, ){_NAME}, $")
_THIRD_BEHIND = re.compile(rf",? (?:or|oder|and|und) {_NAME}")
# What shows that "and" joins two that are compared, and not one name ("Tarn and Sons").
_OF_BOTH = re.compile(
    r"^(?:between|of|zwischen|von) |"
    r"\b(?:both|same|respective(?:ly)?|in common|beiden?|gemeinsam|jeweils|jeweiligen?|"
    r"(?:der|die|das|dem|den|des)?selben?|gleichen?)\b",
    re.IGNORECASE,
)
# Words that make sense of two only; what remains asks about one.
_OF_TWO = re.compile(
    r"(?:^|\s)(?:both|beide|between|zwischen|first|last|earlier|later|sooner|higher|lower|more|"
    r"fewer|less|same|zuerst|zuletzt|früher|später|eher|höhere[nrms]?|niedrigere[nrms]?|mehr|"
    r"weniger|gleichen?)\b",
    re.IGNORECASE,
)
_OF_TIME = re.compile(
    r"\b(?:first|last|earlier|later|before|after|older|oldest|younger|newer|recent(?:ly)?|"
    r"zuerst|zuletzt|früher|später|eher|vor|nach|älter|jünger|neuer)\b",
    re.IGNORECASE,
)
_BESIDE_NAMES = frozenset({"both", "beide", "between", "zwischen"})
LIKELY_WITHIN = 2.0  # nats of the best merit
SHORTEST_NAME = 2  # characters; one letter is a placeholder
LONGEST_QUESTION = 1000  # characters; a longer one compares nothing


@dataclass(frozen=True, slots=True)
class Part:
    """One of the two that a question compares, and the question about it alone."""

    name: str
    question: str
    of_time: bool = False  # whether the two are compared by when they were


def compared(question: str) -> tuple[Part, ...]:
    """Return the two that a question compares; nothing where it compares none."""
    if len(question) > LONGEST_QUESTION:
        return ()
    begin = _begin(question)
    found = _EITHER.search(question, begin)
    if found is None and _OF_BOTH.search(question):
        found = _BOTH.search(question, begin)
    if found is None or _said(found["one"]) == _said(found["other"]):
        return ()
    if min(map(len, found.groups())) < SHORTEST_NAME:
        return ()
    before, after = question[: found.start()], question[found.end() :]
    if _THIRD_BEFORE.search(before) or _THIRD_BEHIND.match(after):
        return ()  # of three, two would be shown
    of_time = bool(_OF_TIME.search(f"{before} {after}"))
    before, after = _OF_TWO.sub("", before), _OF_TWO.sub("", after)
    return tuple(
        Part(name, f"{before}{name}{after}".strip(), of_time)
        for name in (found["one"], found["other"])
    )


def _begin(question: str) -> int:
    """Return where a name may begin: not with a first word like "Are", "Which" or "Both"."""
    first, *_ = question.split(maxsplit=1) or [""]
    plain = not _said(first) or first.casefold() in _BESIDE_NAMES
    return question.index(first) + len(first) if plain else 0


def _said(name: str) -> tuple[str, ...]:
    return tuple(content_words(name))


def side_of(part: Part, parts: Sequence[Part], found: Retrieved) -> Side | None:
    """Return what was found of one part; None if no place found speaks of it by name.

    A document of that very name counts first, if it is about as likely; then a sentence that
    names it; then one in a passage that does. A title counts with its document's sentences,
    unless it names other parts too. Where times are compared, a sentence that tells one goes
    before others that are about as likely.

    Args:
        part: The one to look at.
        parts: All that is compared.
        found: For this part's question.
    """
    others = [other for other in parts if other is not part]

    def speaks(passage: Passage) -> bool:
        text, title = passage.chunk.text, passage.source.title
        shared = any(_names(title, other) for other in others)
        return _names(text if shared else f"{text}\n{title}", part)

    passages = {passage.number: passage for passage in found.passages}
    findings = [f for f in found.findings if speaks(passages[f.passage])]
    if not findings:
        return None
    named = [f for f in findings if speaks(_sentence(passages[f.passage], f))] or findings
    least = named[0].merit - LIKELY_WITHIN
    titled = [
        f
        for f in named
        if _said(name_in(passages[f.passage].source.title)) == _said(part.name)
        and f.merit >= least
    ]

    def timed(finding: Finding) -> bool:
        said = _sentence(passages[finding.passage], finding).chunk.text
        return part.of_time and finding.merit >= least and tells_a_time(said)

    told = sorted(titled or named, key=lambda finding: not timed(finding))
    own = replace(found, findings=tuple(told))
    best = own.findings[0]
    return Side(part.name, part.question, own, best, passages[best.passage])


def _sentence(passage: Passage, finding: Finding) -> Passage:
    return around(passage, finding.span, 0)


def _names(text: str, part: Part) -> bool:
    words = frozenset(_said(part.name))
    held = spelled_alike(words, text) == words and numbers(part.name) <= numbers(text)
    return bool(words) and held


def together(
    found: Retrieved, parts: Sequence[Part], sides: Sequence[Side | None], most: int
) -> Retrieved:
    """Return what was found with the sides of a comparison in front, if it takes them.

    It does not where one is missing, which is noted, and where one sentence speaks of all.

    Args:
        found: For the question as it was asked.
        parts: What is compared.
        sides: Found for each of them, in their order.
        most: Passages to keep, but never less than the sides'.
    """
    there = [side for side in sides if side is not None]
    if len(there) < len(parts) and there:
        pairs = zip(parts, sides, strict=True)
        return replace(found, missing=tuple(p.name for p, side in pairs if side is None))
    if not there or _one_says_all(found, parts, there):
        return found
    return in_front(found, there, most)


def _one_says_all(found: Retrieved, parts: Sequence[Part], sides: Sequence[Side]) -> bool:
    """Say whether the best finding's sentence names all, or the sides are one sentence."""
    by_number = {passage.number: passage for passage in found.passages}
    for finding in found.findings[:1]:
        said = _sentence(by_number[finding.passage], finding).chunk.text
        if all(_names(said, part) for part in parts):
            return True
    return len({sentence_of(side) for side in sides}) < len(sides)
