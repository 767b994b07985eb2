"""Bytes to text: byte order marks first, then what is declared, then UTF-8, then a guess.

The guess goes by how likely the letters are that an encoding yields (`likely`), which for a
short text of Western Europe means cp1252. It is never silent: it comes back as a note for the
person who added the file.
"""

from __future__ import annotations

import codecs

from index.errors import ReadError
from index.readers.likely import likeliest

__all__ = ["decode"]

_MARKS = (  # the longer marks first: the UTF-32 one begins like the UTF-16 one
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_KINDS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office file"),
    (b"\xd0\xcf\x11\xe0", "an old office file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x7fELF", "a program"),
    (b"\x1f\x8b", "a compressed file"),
)
_SAMPLE_BYTES = 1 << 18  # detection costs seconds per megabyte and learns nothing more
_CONTROL = bytes(sorted(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b")))


def decode(data: bytes, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """Return the text of `data` and notes on anything that was guessed or lost.

    Args:
        data: the bytes of a file.
        declared: the encoding the file itself names, if any.

    Raises:
        ReadError: the bytes are not text.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _lossy(data[len(mark) :], name)
    for magic, kind in _KINDS:
        if data.startswith(magic):
            raise ReadError(f"it is {kind}, not text", "Give it the ending of what it is.")
    named = _known(declared)
    for name in (_shifting(data, named), "utf-8", _wide(data), named):
        text = _strict(data, name)
        if text is not None:
            return text, ()
    control = len(data) - len(data.translate(None, _CONTROL))
    if control * 100 > len(data):
        raise ReadError("it is not text", "Give it the ending of what it is.")
    return _guess(data)


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name.strip()).name if name.strip().isascii() else ""
    except (LookupError, ValueError):
        return ""
    # Browsers read both of these as Windows-1252, and pages are written for browsers.
    return "cp1252" if found in {"iso8859-1", "ascii"} else found


def _shifting(data: bytes, declared: str) -> str:
    """Name the encoding of bytes below 128 that switch between alphabets, "" if they do not."""
    if declared.startswith(("iso2022", "utf-7", "hz")):
        return declared
    if b"\x1b$" in data[:_SAMPLE_BYTES] and data.isascii():
        return "iso2022_kr" if b"\x1b$)C" in data[:_SAMPLE_BYTES] else "iso2022_jp_2"
    return ""


def _wide(data: bytes) -> str:
    """Name the UTF-16 without a mark that `data` looks like: a NUL in every other byte."""
    sample = data[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd * 3 > half > 0 and even * 20 <= half:
        return "utf-16-le"
    if even * 3 > half > 0 and odd * 20 <= half:
        return "utf-16-be"
    return ""


def _strict(data: bytes, name: str) -> str | None:
    if not name:
        return None
    try:
        text = data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None
    # Every byte below 128 is UTF-8, those of a program too.
    return None if text.count("\0") * 100 > len(text) else text


def _lossy(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    try:
        return data.decode(name), ()  # what it holds of U+FFFD was written so
    except UnicodeDecodeError:
        text = data.decode(name, errors="replace")
    lost = text.count("\ufffd")
    return text, (f"{lost} characters could not be read as {name}",)


def _guess(data: bytes) -> tuple[str, tuple[str, ...]]:
    from charset_normalizer import from_bytes

    # Mostly right UTF-8 with a few broken bytes is still UTF-8: a cut file, a stray byte.
    damaged = data.decode("utf-8", errors="replace")
    if damaged.count("\ufffd") * 50 < sum(byte > 127 for byte in data[:_SAMPLE_BYTES]):
        return _lossy(data, "utf-8")
    name = likeliest(data)
    if not name:
        best = from_bytes(data[:_SAMPLE_BYTES]).best()
        name = best.encoding if best is not None else "cp1252"
    text, notes = _lossy(data, name)
    return text, (f"its encoding is not stated; read as {name}", *notes)
