"""Whose words the lines of a mail are: its sender's, or those of an earlier mail quoted in it.

Three forms are known in any language, by what they have in common: lines that begin with ">",
a line such as "On 4 May 2026 Ada Fenn wrote:" with what follows it, and the block of lines
"From: ... Sent: ... Subject: ..." that Outlook puts above what it quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import TYPE_CHECKING

from index.readers.normalise import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Line", "Mark", "attributed", "without_marks"]

_MARKS = re.compile(r"(?:[ \t]?[>|](?=[>|\s]|$|(?<=>)\S))+ ?")
_ADDRESS = re.compile(r"[(<\[]?\s*(?:mailto:)?[\w.+%-]+@[\w-]+(?:\.[\w-]+)+(?:>|\)|\])*")
_MONTH = r"[^\W\d_]{3,12}"
_DATE = re.compile(
    rf"\d{{4}}\s?[-/.年년]\s?\d{{1,2}}\s?[-/.月월]\s?\d{{1,2}}[日일.]?"
    rf"|\d{{1,2}}\s?[-/.]\s?\d{{1,2}}\s?[-/.]\s?(?:\d{{4}}|\d{{2}})(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th|[.ºª])?,?\s+(?:de\s+|of\s+)?{_MONTH}\.?,?\s+(?:de\s+|del\s+)?"
    rf"(?:\d{{4}}|\d{{2}}(?![\d:.]))"
    rf"|{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
)
_TIME = re.compile(
    r"\d{1,2}\s?[:.hH時시]\s?\d{2}(?:[:.]\d{2})?\s*(?:[AaPp]\.?\s?[Mm]\.?\b|Uhr\b)?"
    r"|\b(?:GMT|UTC|CES?T|[ECMP][SD]T)\b(?:\s?[+-]\d{1,2}:?\d{0,2})?|[+-]\d{4}\b"
)
_WROTE = re.compile(
    r"\b(?:wrote|writes|said|schrieb|schreibt|(?:a )?écrit|escribió|ha scritto|escreveu|skrev|"
    r"schreef|kirjoitti|pisze|napisał\w*|napsal\w*|napísal\w*|написал\w*|пише|писав\w*|yazdı|"
    r"έγραψε|írta|scris|napisao|menulis|viết|rašė|kirjutas|skrifaði)\b|写道|寫道|のメール|작성",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'’.-]*", re.UNICODE)
_NO_NAME = frozenset(
    "on at am um le à el a las il alle ore den kl op om em às w dniu o dne v dňa în la στις в "
    "mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday mo "
    "di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag re aw wg sv "
    "clock uhr pm hat ha the le".split()
)
_PARTICLES = frozenset(
    "de da di van von der den del la le du dos af av al bin ten ter".split()
)
_FROM = frozenset(
    "from von de da van från fra frá od от від lähettäjä feladó kimden từ dari από remitente "
    "mittente expéditeur afzender avsändare absender nadawca odesílatel отправитель gönderen "
    "发件人 寄件者 寄件人 差出人 送信者 보낸 사람 보낸사람".split()
)
_LABELLED = re.compile(
    r"\s*[*_]{0,2}(?P<label>[^\W\d_][\w .-]{0,24}?)[*_]{0,2}\s?[:：][*_]{0,2}\s+(?P<value>\S.*)"
)
_RULE = re.compile(r"\s*(?:[-_=*]{5,}|[-_]{2,}.{3,60}[-_]{2,})\s*$")
_LONGEST = 300  # characters of an attribution
_MOST_LINES = 3  # an attribution is wrapped to
_MOST_LABELS = 10
_LEAST_LABELS = 3
_UNKNOWN = "Quoted text"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a mail without its marks of quotation."""

    text: str
    depth: int = 0  # how many quotations it stands in


@dataclass(frozen=True, slots=True)
class Mark:
    """From here on somebody else speaks."""

    line: int
    title: str  # "Ada Fenn, 4 May 2026"


def without_marks(text: str, *, flowed: bool = False) -> list[Line]:
    """Return the lines of a plain text, their ">" counted and taken off.

    Args:
        text: of the mail.
        flowed: lines that end in a blank go on in the next one (RFC 3676).

    Where the depth changes, a blank line parts what two people say.
    """
    lines: list[Line] = []
    joins = False
    for raw in text.split("\n"):
        marks = _MARKS.match(raw) if raw.lstrip().startswith(">") else None
        depth = marks[0].count(">") if marks else 0
        rest = raw[marks.end() :] if marks else raw
        rest = rest.removeprefix(" ") if flowed and not marks else rest
        if joins and lines[-1].depth == depth and rest != "-- ":
            lines[-1] = Line(lines[-1].text + rest, depth)
        else:
            if (
                lines
                and lines[-1].depth != depth
                and lines[-1].text.strip()
                and rest.strip()
            ):
                lines.append(Line("", min(depth, lines[-1].depth)))
            lines.append(Line(rest, depth))
        joins = flowed and rest.endswith(" ") and rest not in {" ", "-- "}
    return [Line(line.text.rstrip(), line.depth) for line in lines]


def attributed(lines: Sequence[Line], sender: str) -> list[Mark]:
    """Return where in a mail another person begins to speak; the sender does so first."""
    speaking = _Speaking(sender)
    number = 0
    while number < len(lines):
        line = lines[number]
        if not line.text.strip():
            number += 1
            continue
        if found := _attribution(lines, number):
            title, used, rest = found
            speaking.introduce(number, line.depth, title, rest=rest)
        elif found := _header_block(lines, number):
            title, used, _ = found
            speaking.introduce(number, line.depth, title, rest=True)
        else:
            speaking.go_on(number, line.depth)
            used = 1
        number += used
    return speaking.marks


@dataclass(slots=True)
class _Speaking:
    """Who speaks at which depth of quotation."""

    sender: str
    marks: list[Mark] = field(default_factory=list)
    _titles: dict[int, str] = field(default_factory=dict)
    _now: str | None = None

    def introduce(self, line: int, depth: int, title: str, *, rest: bool) -> None:
        """Note that a line says who is quoted next: deeper, or all that is left."""
        self._titles[depth if rest else depth + 1] = title
        self._turn(line, title)

    def go_on(self, line: int, depth: int) -> None:
        """Note a line of text."""
        own = self.sender if depth == 0 else _UNKNOWN
        self._turn(line, self._titles.get(depth, own))

    def _turn(self, line: int, title: str) -> None:
        if title != self._now and title:
            self.marks.append(Mark(line, title))
            self._now = title


def _attribution(lines: Sequence[Line], number: int) -> tuple[str, int, bool] | None:
    """Return the title, the number of lines and whether all the rest is meant, or None."""
    depth, text = lines[number].depth, ""
    for used in range(1, _MOST_LINES + 1):
        at = number + used - 1
        if at >= len(lines) or lines[at].depth != depth or not lines[at].text.strip():
            return None
        text = f"{text} {lines[at].text.strip()}".strip()
        if len(text) > _LONGEST:
            return None
        if text.endswith((":", "：")):
            break
    else:
        return None
    following = next((line for line in lines[at + 1 :] if line.text.strip()), None)
    if following is None or following.depth not in {depth, depth + 1}:
        return None
    return _named(text, used, deeper=following.depth > depth)


def _named(text: str, used: int, *, deeper: bool) -> tuple[str, int, bool] | None:
    date, address = _DATE.search(text), _ADDRESS.search(text)
    wrote = _WROTE.search(text)
    # Without ">" below it, a line needs more to be believed: "In May 2026 the cook wrote:".
    timed = date is not None and _TIME.search(text, date.end()) is not None
    sure = date is not None and bool(address or (wrote and timed))
    if not (sure or (deeper and (date or address or wrote))):
        return None
    name = _name_in(text)
    if not name:
        return None
    return _title(name, date[0] if date else ""), used, not deeper


def _title(name: str, date: str) -> str:
    return ", ".join(part for part in (squeeze(name), squeeze(date).rstrip(".,")) if part)


def _name_in(text: str) -> str:
    """Return the name that is left when date, time, address and small words are taken away."""
    address = _ADDRESS.search(text)
    before = _runs(text[: address.start()]) if address else []
    runs = [before[-1]] if before else _runs(text)
    if quoted := re.search(r"[\"“„«]([^\"”“»]{2,60})[\"”“»]", text):
        return quoted[1]
    best = max(runs, key=len, default=[])
    while best and best[-1].casefold() in _PARTICLES:
        best.pop()
    if best:
        return " ".join(best)
    return address[0].strip("<>()[] ").removeprefix("mailto:") if address else ""


def _runs(text: str) -> list[list[str]]:
    """Return the words with capitals that stand side by side and may be a name."""
    bare = text
    for form in (_DATE, _TIME, _ADDRESS, _WROTE):
        bare = form.sub(" \n ", bare)
    runs: list[list[str]] = [[]]
    for part in re.split(r"[\n(),;:：]|\s-\s", bare):
        runs.append([])
        for word in _WORD.findall(part):
            plain = word.strip(".").casefold()
            capital = word[0].isupper() or not word[0].islower()
            if runs[-1] and (capital or plain in _PARTICLES):
                runs[-1].append(word)
            elif capital and plain not in _NO_NAME:
                runs.append([word])
            else:
                runs.append([])
    return [run for run in runs if run]


def _header_block(lines: Sequence[Line], number: int) -> tuple[str, int, bool] | None:
    """Read the lines "From: ... Sent: ... To: ..." that stand above a quoted mail."""
    fields = list(_labelled(lines, number))
    if len(fields) < _LEAST_LABELS:
        return None
    ruled = any(_RULE.match(line.text) for line in lines[max(0, number - 2) : number])
    sender = next((value for label, value in fields if label in _FROM), "")
    if fields[0][0] not in _FROM and not (ruled and _ADDRESS.search(fields[0][1])):
        return None
    date = next((found[0] for _, value in fields if (found := _DATE.search(value))), "")
    if not date:
        return None
    sender = sender or fields[0][1]
    name = parseaddr(_ADDRESS.sub("", sender))[0] or _ADDRESS.sub("", sender)
    name = name.strip("\"'<>[]* ") or parseaddr(sender)[1] or sender
    return _title(name, date), len(fields), True


def _labelled(lines: Sequence[Line], number: int) -> Iterator[tuple[str, str]]:
    depth = lines[number].depth
    for line in lines[number : number + _MOST_LABELS]:
        found = _LABELLED.match(line.text)
        if found is None or line.depth != depth:
            return
        yield found["label"].casefold().strip(), found["value"].strip("* ")
