"""Files to documents: one file per family of formats, one dict from suffix to reader.

A new format is one function and one line here. A reader gets the bytes, read and hashed
once, and returns a Document whose text nobody edits afterwards. Files that others made are
read by `guard.ReaderProcess`, which calls `read` in a process that may crash.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from index.errors import ReadError, UnsupportedFormat
from index.names import file_name
from index.readers.archive import read_archive
from index.readers.book import read_book
from index.readers.captions import read_captions
from index.readers.docx import read_docx
from index.readers.html import read_html, read_mhtml
from index.readers.mail import read_mail
from index.readers.mailbox import read_mailbox
from index.readers.members import bytes_at, named_after
from index.readers.normalise import normalise
from index.readers.odf import read_odf
from index.readers.outlook import read_outlook
from index.readers.pdf import read_pdf
from index.readers.picture import SUFFIXES as PICTURES
from index.readers.picture import read_picture
from index.readers.records import read_records
from index.readers.rich import read_rich
from index.readers.sheets import read_sheets
from index.readers.slides import read_slides
from index.readers.source import Limits
from index.readers.table import read_table
from index.readers.text import MARKUP, read_markdown, read_markup, read_text
from index.types import Document

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["READERS", "SUPPORTED", "Limits", "Reader", "read"]

Reader = Callable[[bytes, Path, Limits], Document]

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        ".txt": read_text,
        ".text": read_text,
        ".log": read_text,
        ".md": read_markdown,
        ".markdown": read_markdown,
        ".html": read_html,
        ".htm": read_html,
        ".xhtml": read_html,
        ".mht": read_mhtml,
        ".mhtml": read_mhtml,
        ".pdf": read_pdf,
        ".docx": read_docx,
        ".docm": read_docx,
        ".xlsx": read_sheets,
        ".xlsm": read_sheets,
        ".pptx": read_slides,
        ".pptm": read_slides,
        **dict.fromkeys((".odt", ".ods", ".odp"), read_odf),
        ".rtf": read_rich,
        ".epub": read_book,
        ".vtt": read_captions,
        ".srt": read_captions,
        **dict.fromkeys((".json", ".jsonl", ".ndjson"), read_records),
        ".eml": read_mail,
        ".msg": read_outlook,
        ".mbox": read_mailbox,
        ".zip": read_archive,
        ".csv": read_table,
        ".tsv": read_table,
        **dict.fromkeys(MARKUP, read_markup),
        **dict.fromkeys(PICTURES, read_picture),
    }
)
SUPPORTED = frozenset(READERS)


def read(
    path: Path, limits: Limits | None = None, readers: Mapping[str, Reader] = READERS
) -> Document:
    """Read one file, in this process.

    Args:
        path: the file, which may lie in another one (`index.paths`); its suffix, in any case,
            chooses the reader.
        limits: what it may cost; time and memory are kept by `guard.ReaderProcess` only.
        readers: suffix to reader.

    Raises:
        UnsupportedFormat: no reader knows the suffix.
        ReadError: it is missing, damaged, encrypted, too large, or holds no text.
    """
    limits = limits or Limits()
    reader = readers.get(path.suffix.lower())
    if reader is None:
        if path.is_dir():
            raise ReadError("it is a folder", "Name a file.")
        known = ", ".join(sorted(suffix.removeprefix(".") for suffix in readers))
        raise UnsupportedFormat(
            f"no reader knows {path.suffix or 'a file without an ending'}",
            f"Save it as one of: {known}.",
        )
    document = reader(bytes_at(path, limits), path, limits)
    document = replace(
        document,
        name=normalise(file_name(path)),
        source=document.source or named_after(path, limits),
    )
    if not document.text.strip():
        raise ReadError("it holds no text", "See whether it opens in another program.")
    if len(document.text) > limits.characters:
        raise ReadError(
            f"it holds {len(document.text):,} characters, and the limit is "
            f"{limits.characters:,}",
            "Split it into parts.",
        )
    return document
