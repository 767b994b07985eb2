"""Raised and lowered characters of a web page, kept apart from the number before them.

"41" with the mark of note 3 is not 413, and 10 with a raised 6 is not 106. Marks of notes get
brackets, exponents the characters that Unicode has for them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from lxml.etree import _Element

__all__ = ["labels", "lowered", "raised", "raised_digits"]

_PLAIN = "0123456789+-=()"
_ABOVE = str.maketrans(_PLAIN + "\u2212ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾⁻ⁿⁱ")
_BELOW = str.maketrans(_PLAIN + "\u2212", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋")
_MARK = re.compile(r"\w{1,4}(?:\s*,\s*\w{1,4})*")
_RAISABLE = re.compile(r"[-0-9+=()\u2212ni]+")
_LOWERABLE = re.compile(r"[-0-9+=()\u2212]+")
_NOTE_NAMES = re.compile(
    r"foot-?note|end-?note|note-?ref|reference|citation", re.IGNORECASE
)
_UNIT_END = re.compile(r"(?:^|[^\w])[^\W\d_]{1,3}$")
_POWER_OF_TEN = re.compile(r"(?:^|\D)10$")
_WORD_END = re.compile(r"[^\W\d_]{4,}$|[^\w\s]$")
_INLINE_PARENTS = frozenset("a b i em strong small span font".split())


def labels(root: _Element) -> frozenset[str]:
    """Return what stands raised at the beginning of a block: the labels of notes."""
    found = (sup for sup in root.iter("sup") if _opens_block(sup))
    return frozenset("".join(sup.itertext()).strip() for sup in found) - {""}


def raised(element: _Element, text: str, before: str, notes: AbstractSet[str]) -> str:
    """Return how a `sup` is written.

    Args:
        element: the `sup`.
        text: what it holds.
        before: what stands before it on the line.
        notes: the labels of the page's notes.
    """
    text = text.strip()
    if _MARK.fullmatch(text) and _is_note(element, text, before, notes):
        return f"[{text}]"
    if not before[-1:].isalnum() or not text.isascii() or not text:
        return text
    if _RAISABLE.fullmatch(text) and not text.isalpha():
        return text.translate(_ABOVE)
    ordinal = text.isalpha() and len(text) > 1  # "1st", "Mme"
    return text if ordinal or not text.isalnum() else f"^{text}"


def raised_digits(text: str, before: str) -> str:
    """Return how raised digits are written where the file does not say what they are.

    Behind a unit ("m") or a ten they are an exponent, else the mark of a note.
    """
    if _UNIT_END.search(before) or _POWER_OF_TEN.search(before):
        return text.translate(_ABOVE)
    return f"[{text}]"


def lowered(text: str, before: str) -> str:
    """Return how a `sub` is written: H2O as it is typed, digits behind digits below them."""
    text = text.strip()
    if before[-1:].isdigit() and text[:1].isdigit():
        return text.translate(_BELOW) if _LOWERABLE.fullmatch(text) else f"_{text}"
    return text


def _is_note(element: _Element, text: str, before: str, notes: AbstractSet[str]) -> bool:
    around = [element, *element.iter("a")]
    parent = element.getparent()
    if parent is not None and parent.tag == "a":
        around.append(parent)
    for each in around:
        named = " ".join(each.get(name) or "" for name in ("class", "role", "rel", "id"))
        if (each.get("href") or "").startswith("#") or _NOTE_NAMES.search(named):
            return True
    if not text.replace(",", "").replace(" ", "").isdigit():
        return text in notes and not before[-1:].isdigit()
    if text in notes:
        return not _POWER_OF_TEN.search(before)
    return bool(_WORD_END.search(before))


def _opens_block(element: _Element) -> bool:
    """Say whether nothing stands before an element in its block."""
    while True:
        parent = element.getparent()
        if parent is None:
            return False
        if element.getprevious() is not None or (parent.text or "").strip():
            return False
        if parent.tag not in _INLINE_PARENTS:
            return True
        element = parent
