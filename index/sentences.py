"""Text to sentences with exact spans.

Lines come first: blank lines, headings, list items, rows of tables and of CSV files, and line
breaks that no line-wrapping program would have made end a sentence whether or not a full stop
stands there.
Within what is left, syntok decides where a full stop ends a sentence; it is shown a copy of the
text, of the same length, in which the marks it misreads are blotted out. Scripts it does not
cover (Chinese, Japanese, Hindi, Arabic, ...) are split at their own full stops.

Pure: no model, no file. Importing it costs some 30 ms.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from syntok import segmenter
from syntok.tokenizer import Tokenizer

from index.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["sentences"]

_CLOSERS = r"[\"'”’»)\]\}」』）】》〉]*+"
_ENDS_SENTENCE = re.compile(rf"[.!?…:。！？｡।؟۔]{_CLOSERS}\s*\Z")
_STANDS_ALONE = re.compile(
    r"\s*(?:[-*+•‣◦▪–—]\s|\(?\d{1,3}[.)]\s|\(?[a-z][.)]\s|#{1,6}\s|\||=+\s*\Z|-+\s*\Z|>\s)"
)
_HEADING_OR_ROW = re.compile(
    r"\s*(?:#{1,6}\s|\|)|[^|\t]*[|\t][^|\t]*[|\t]|\s*(?:=+|-{3,})\s*\Z"
)
# A comma with nothing behind it but the next cell. Thousands, "1,250", are no cells.
_CELL_MARK = re.compile(r"(?<=[^\s\d])[,;](?=\S)|(?<=\d)[,;](?=[^\s\d])")
_FIGURES = frozenset("0123456789.,;:/+-")
_TERMINAL = re.compile(r"[.!?…‼‽⁇⁈⁉．]")

# A line this much shorter than its paragraph's longest, with the next word added, was ended
# by a person. Lines wrapped by a program are as long as they can be; printed ones vary.
_WRAPPED = 0.8
_NARROW = 30  # characters: no column is narrower

# Full stops of scripts that syntok does not split, and the particle by which a Japanese
# quotation goes on: 「はい。」と言った。
_OTHER_SCRIPTS = re.compile(
    rf"[。！？｡]+{_CLOSERS}(?!\s*(?:[とって、，,]|\Z))|[।॥؟۔։።။។]+\s"
)
# "... in 1990.[2][3] The next", and an abbreviation that also ends its sentence.
_FOOTNOTED = re.compile(r"[.!?][\"'”’]?(?:\[\w{1,3}\])+\s+(?=[\"'“‘(]?[A-Z\d])")
_ABBREVIATION_ENDS = re.compile(
    r"(?<![\w.])(?:(?:[A-Z]\.){2,6}|[ap]\.m\.|(?:Inc|Ltd|Corp|Co|Jr|Sr|etc)\.)[\"'”’)]?\s+"
    r"(?=(?:They|He|She|We|But|However|This|These|Those|There|Then|His|Her|Their|Our|It|Its|The"
    r"|In|On|At|After|Before|When|While|And|As|If|For|By|With|From|Yet|Some|Many|Most|An?)\s)"
)
# Abbreviations after which a sentence goes on, where syntok would end it: those that stand
# before a number or label, and those that stand before a name.
_ABBREVIATIONS = re.compile(
    r"(?<![\w.])(?:(?:Nos?|pp?|Secs?|Eqs?|Chs?|Chap|Vols?|Refs?|Tabs?|Figs?|Suppl|App|paras?|Arts?"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|approx|ca)\.(?=\s*[\dIVXA-Z]?[\dIVX.])"
    r"|(?:e\.g|i\.e|viz|cf|resp|est|Govs?|Reps?|Sens?|Pres|Amb|Atty|Lt|Col|Cpl|Sgt|Maj|Brig|Gen"
    r"|Cmdr|Capt|Adm|Hon|Rev|Fr|Msgr|Messrs|Mme|Mlle|Profs?|Drs?|Mrs?|Ms|St|Ste|Mt|Ft|Univ|Dept"
    r"|Assn|Bros|vs?)\.(?=\s+[^\W_]))"
)
# syntok also cuts around brackets; a sentence ends at a mark, or not at all.
_MARKED_END = re.compile(r"[.!?…‼‽⁇⁈⁉．](?:\s?[\"'”’»)\]}]){0,4}\s*\Z")
_RUN_OF_MARKS = re.compile(r"[^\w\s]{40,}")
_BRACKETS = str.maketrans(dict.fromkeys("([{)]}", ","))
# Same length, other marks: a semicolon does not end a sentence, an ellipsis may.
_BLOTTED = str.maketrans({";": ",", "…": ".", "\n": " ", "\u200b": "_", "．": "."})
_TOKENIZER = Tokenizer(emit_hyphen_or_underscore_sep=True, replace_not_contraction=False)


def sentences(text: str) -> list[Span]:
    """Split a text into its sentences.

    The spans are in order, do not overlap, begin and end on a character that is not blank, and
    cover every such character. Runs in time linear in the length of the text.
    """
    spans: list[Span] = []
    for start, end in _blocks(text):
        cuts = [start, *_cuts(text, start, end), end]
        for left, right in itertools.pairwise(cuts):
            span = _trimmed(text, left, right)
            if span is not None:
                spans.append(span)
    return spans


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Return the range without blanks at its ends, None if nothing is left."""
    piece = text[start:end]
    stripped = piece.strip()
    if not stripped:
        return None
    left = start + len(piece) - len(piece.lstrip())
    return Span(left, left + len(stripped))


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges between line breaks that end a sentence."""
    paragraph: list[tuple[int, int]] = []
    start = 0
    while start <= len(text):
        newline = text.find("\n", start)
        end = len(text) if newline < 0 else newline
        if text[start:end].strip():
            paragraph.append((start, end))
        elif paragraph:
            yield from _blocks_of_paragraph(text, paragraph)
            paragraph = []
        start = end + 1
    if paragraph:
        yield from _blocks_of_paragraph(text, paragraph)


def _blocks_of_paragraph(
    text: str, lines: list[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Join the lines of one paragraph that a program wrapped, keep the others apart."""
    longest = max(end - start for start, end in lines)
    first = lines[0][0]
    for (start, end), (next_start, next_end) in itertools.pairwise(lines):
        line, following = text[start:end], text[next_start:next_end]
        if _breaks(line, following, longest):
            yield first, end
            first = next_start
    yield first, lines[-1][1]


def _breaks(line: str, following: str, longest: int) -> bool:
    """Say whether a sentence ends between two neighbouring lines of a paragraph."""
    if _ENDS_SENTENCE.search(line[-40:]) and not _ABBREVIATIONS.search(line[-12:] + " 1"):
        return True
    if _STANDS_ALONE.match(following) or _HEADING_OR_ROW.match(line[:200]):
        return True
    if _HEADING_OR_ROW.match(following[:200]) or (_is_csv(line) and _is_csv(following)):
        return True
    words = following.split(maxsplit=1)
    if words[0][0].islower() or line.rstrip().endswith((",", "-", ";")):
        return False
    return longest < _NARROW or len(line.rstrip()) + 1 + len(words[0]) <= _WRAPPED * longest


def _is_csv(line: str) -> bool:
    """Say whether a line is a row of at least three cells with commas or semicolons."""
    cut = line[:200]
    marks = cut.count(",") + cut.count(";")
    return len(_CELL_MARK.findall(cut)) > 1 or (marks > 1 and set(cut) <= _FIGURES)


def _cuts(text: str, start: int, end: int) -> list[int]:
    """Return where, inside a block, a sentence ends and the next may begin, rising."""
    block = text[start:end]
    sure = {
        match.end()
        for pattern in (_OTHER_SCRIPTS, _FOOTNOTED, _ABBREVIATION_ENDS, _RUN_OF_MARKS)
        for match in pattern.finditer(block)
    }
    edges = [0, *sorted(sure), len(block)]
    cuts = set(sure)
    for left, right in itertools.pairwise(edges):
        piece = block[left:right]
        match = _TERMINAL.search(piece)
        if match is not None and piece[match.end() :].strip():
            cuts.update(left + offset for offset in _starts(piece))
    return sorted(start + cut for cut in cuts if 0 < cut < len(block))


def _starts(piece: str) -> list[int]:
    """Return where syntok lets the second and later sentences of a piece begin."""
    shown = _ABBREVIATIONS.sub(
        lambda match: match.group()[:-1] + ",", piece.translate(_BLOTTED)
    )
    shown = _RUN_OF_MARKS.sub(lambda match: "_" * len(match.group()), shown)
    # syntok looks 50 tokens ahead at each bracket: quick in prose, not in a page of brackets.
    if 8 * (shown.count("(") + shown.count("[") + shown.count("{")) > len(shown):
        shown = shown.translate(_BRACKETS)
    starts = [
        sentence[0].offset for sentence in segmenter.segment(_TOKENIZER.tokenize(shown))
    ]
    return [
        start
        for start in starts[1:]
        if _MARKED_END.search(piece[max(0, start - 40) : start])
    ]
