r"""Put a text into the one form that every position in this project counts in.

Unicode normalization form C, "\n" as the only line break, nothing that a reader of the
quotation could neither see nor type. Does not touch spelling, spaces or typography.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["BREAKS", "DROPPED", "SURROGATES", "normalise", "squeeze"]

# Everything Unicode calls a mandatory break.
BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Control characters but tab and line break; soft hyphens and byte order marks, which stand
# inside words undrawn; and noncharacters, which no database promises to keep.
DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\ufeff\ufdd0-\ufdef\ufffe\uffff]"
)
SURROGATES = re.compile("[\ud800-\udfff]")
_BLANKS = re.compile("[^\\S\n]+")


def normalise(text: str) -> str:
    r"""Return `text` in form C with "\n" breaks and without control characters.

    Lone surrogates become U+FFFD, since no encoding can hold them. Idempotent.
    """
    text = DROPPED.sub("", BREAKS.sub("\n", text))
    return unicodedata.normalize("NFC", SURROGATES.sub("\ufffd", text))


def squeeze(text: str) -> str:
    """Return `text` on one line with single blanks: for titles, names and table cells."""
    return " ".join(_BLANKS.sub(" ", normalise(text)).split())
