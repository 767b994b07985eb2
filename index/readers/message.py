"""What a mail consists of: its texts, and what is attached to it."""

from __future__ import annotations

import binascii
import email
import re
from collections import Counter
from dataclasses import dataclass, field
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.policy import compat32
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.html import page_document
from index.readers.normalise import normalise, squeeze
from index.readers.quoted import Line, without_marks
from index.readers.source import count_visible
from index.types import Document, Part, PartState

if TYPE_CHECKING:
    from email.message import Message

__all__ = ["Contents", "Text", "attached_bytes", "contents", "header", "parse"]

_SAME = 0.7  # of the words of the HTML form that the plain one has, to stand for it
_OWN_WORDS = 30  # that a plain form must have of its own, to be read beside the HTML one
_DEEPEST = 50
_ENDINGS = {
    "message/rfc822": ".eml",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/csv": ".csv",
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "text/calendar": ".ics",
}


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a mail, as its lines, or as a page with its headings and tables."""

    lines: tuple[Line, ...]
    words: Counter[str]
    parts: tuple[Part, ...]  # what the file holds of it
    notes: tuple[str, ...] = ()
    page: Document | None = None


@dataclass(slots=True)
class Contents:
    """All of a mail below its headers."""

    texts: list[Text] = field(default_factory=list)
    attachments: list[tuple[str, Message]] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)  # pictures inside the text
    parts: list[Part] = field(default_factory=list)  # what was not taken

    def add(self, other: Contents) -> None:
        """Append what another part holds."""
        self.texts += other.texts
        self.attachments += other.attachments
        self.inline += other.inline
        self.parts += other.parts


def parse(data: bytes) -> Message:
    """Return the message in `data`.

    Raises:
        ReadError: it is nested too deeply.
    """
    try:
        return email.message_from_bytes(data)
    except (RecursionError, MessageError, ValueError, LookupError, AssertionError) as error:
        raise ReadError("it is no mail message", "Save it again, as .eml.") from error


def header(message: Message, name: str) -> str:
    """Return the values of a header on one line, "" where there is none."""
    raw = [value for key, value in message.raw_items() if key.lower() == name.lower()]
    return ", ".join(filter(None, (_header_text(str(value)) for value in raw)))


def _header_text(raw: str) -> str:
    if not raw.isascii():  # bytes that no mail may have, kept by the parser as surrogates
        raw = decode(raw.encode("utf-8", "surrogateescape"))[0] if raw else raw
    try:
        return squeeze(str(make_header(decode_header(raw))))
    except (HeaderParseError, LookupError, ValueError, binascii.Error):
        return squeeze(_pieces(raw))


def _pieces(raw: str) -> str:
    """Decode a header word by word, those of no known encoding as well as may be."""
    try:
        pieces = decode_header(raw)
        return " ".join(
            decode(piece, charset or "")[0] if isinstance(piece, bytes) else piece
            for piece, charset in pieces
            if piece
        )
    except (HeaderParseError, ReadError, ValueError, binascii.Error):
        return raw


def contents(message: Message) -> Contents:
    """Return the texts and attachments of a mail, each text once."""
    found = _collect(message, 0)
    kept: list[Text] = []
    for text in found.texts:
        if any(_share(text.words, other.words) > 0.9 for other in kept):
            found.parts += _set_aside(text, "another part of the mail says the same")
        else:
            kept.append(text)
    found.texts = kept
    return found


def attached_bytes(part: Message) -> bytes:
    """Return what an attachment holds."""
    if part.get_content_type() == "message/rfc822":
        return _written(_children(part)[:1])
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _written(messages: list[Message]) -> bytes:
    """Return a message as a file, b"" where its headers cannot be written."""
    for message in messages:
        for policy in (message.policy, compat32):
            try:
                return message.as_bytes(policy=policy)
            except (LookupError, ValueError, RecursionError, AttributeError, TypeError):
                continue
    return b""


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return (
        [each for each in payload if not isinstance(each, str)]
        if (isinstance(payload, list))
        else []
    )


def _collect(part: Message, depth: int) -> Contents:
    kind = part.get_content_type()
    if depth > _DEEPEST:
        aside = Part(
            "deeply nested parts", PartState.NOT_READ, 0, "they are nested too deeply"
        )
        return Contents(parts=[aside])
    if kind != "message/rfc822" and (children := _children(part)):
        options = [_collect(child, depth + 1) for child in children]
        if kind == "multipart/alternative":
            return _best(options)
        found = Contents()
        for option in options:
            found.add(option)
        return found
    if part.get_content_maintype() != "text" or _is_attached(part):
        return _attached(part)
    return _text(part)


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _attached(part: Message) -> Contents:
    name = _file_name(part)
    if not name and not attached_bytes(part).strip():
        return Contents()
    in_text = part.get("Content-ID") is not None and (
        part.get_content_disposition() != "attachment"
    )
    if part.get_content_maintype() == "image" and in_text:
        return Contents(inline=[name or "without a name"])
    return Contents(attachments=[(name, part)])


def _file_name(part: Message) -> str:
    """Return an attachment's name; one of a mail without a name is its subject."""
    name = _header_text(str(part.get_filename() or ""))
    kind = part.get_content_type()
    if not name and kind == "message/rfc822":
        subject = next((header(each, "Subject") for each in _children(part)), "")
        name = re.sub(r"[/\\:]+", " ", subject)[:80].strip() or "message"
    if not name:
        return f"attachment{_ENDINGS[kind]}" if kind in _ENDINGS else "attachment"
    ending = _ENDINGS.get(kind, "")
    return name if "." in name[-6:] or not ending else name + ending


def _text(part: Message) -> Contents:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data.strip():
        return Contents()
    declared = part.get_content_charset() or ""
    try:
        if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            return Contents([_page(data, declared)])
        return Contents([_plain(part, data, declared)])
    except ReadError as error:
        aside = Part("a text", PartState.NOT_READ, 0, str(error), error.hint)
        return Contents(parts=[aside])


def _plain(part: Message, data: bytes, declared: str) -> Text:
    raw, notes = decode(data, declared)
    text = normalise(raw)
    flowed = str(part.get_param("format") or "").lower() == "flowed"
    lines = without_marks(text, flowed=flowed)
    shown = sum(count_visible(line.text) for line in lines)
    parts = [Part("text", PartState.READ, shown)]
    if marks := count_visible(text) - shown:
        why = "each quoted part names who wrote it"
        parts.append(Part("marks of quotation", PartState.SET_ASIDE, marks, why))
    return Text(tuple(lines), _words(text), tuple(parts), notes)


def _page(data: bytes, declared: str) -> Text:
    page = page_document(data, declared, whole=True)
    document = page.document
    starts = iter([*page.depths, (len(document.text) + 1, 0)])
    lines: list[Line] = []
    at = depth = 0
    following, next_depth = next(starts)
    for raw in document.text.split("\n"):
        while following <= at:
            depth = next_depth
            following, next_depth = next(starts)
        lines.append(Line(raw, depth))
        at += len(raw) + 1
    words = _words(document.text)
    return Text(tuple(lines), words, document.parts, document.notes, document)


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))


def _share(words: Counter[str], other: Counter[str]) -> float:
    """Return how much of `words` the other text has."""
    total = words.total()
    return (words & other).total() / total if total else 1.0


def _best(options: list[Contents]) -> Contents:
    """Choose among forms of one text: the plain one, unless it is a stub of the page."""
    found = Contents()
    for option in options:
        found.add(Contents([], option.attachments, option.inline, option.parts))
    texts = [option.texts for option in options if option.texts]
    plain = next((each for each in texts if not any(t.page for t in each)), [])
    page = next((each for each in texts if any(t.page for t in each)), [])
    if not (plain and page):
        found.texts = plain or page
        return found
    plain_words = sum((text.words for text in plain), Counter())
    page_words = sum((text.words for text in page), Counter())
    if _share(page_words, plain_words) >= _SAME:
        chosen, other, why = plain, page, "the plain text says the same"
    else:
        chosen, other, why = page, plain, "the HTML form says it, and more"
        if (plain_words - page_words).total() >= _OWN_WORDS:
            chosen, other = [*plain, *page], []
    found.texts = chosen
    for text in other:
        found.parts += _set_aside(text, why)
    return found


def _set_aside(text: Text, why: str) -> list[Part]:
    size = sum(part.characters for part in text.parts)
    name = "text as HTML" if text.page else "plain text"
    return [Part(name, PartState.SET_ASIDE, size, why)]
