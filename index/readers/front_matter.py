"""Front matter: what stands before a text between "---" lines (YAML) or "+++" lines (TOML).

It says things about the text and is none of it. What it says becomes properties.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.readers.normalise import squeeze
from index.readers.stated import iso_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["FrontMatter", "front_matter"]

_YAML = re.compile(r"---[ \t]*\n(?P<fields>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_TOML = re.compile(r"\+\+\+[ \t]*\n(?P<fields>.*?)\n\+\+\+[ \t]*(?:\n|$)", re.DOTALL)
_FIELD = re.compile(r"^(?P<key>[A-Za-z_-]+):[ \t]*(?P<value>[^\n]*)$", re.MULTILINE)
_ANCHOR = re.compile(r"(?:^|[\s:,\[-])&\w")
_LONGEST = 1 << 16  # characters; what is longer is no front matter
_MOST = 200  # properties
_AUTHOR = ("author", "authors", "by", "creator")
_DATE = ("date", "published", "created", "pubdate", "publishdate")
_SOURCE = ("source", "publication", "publisher", "outlet")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands before a text about it."""

    length: int  # code points of the file's text
    properties: tuple[tuple[str, str], ...]  # names as a person reads them, and values

    def value(self, *names: str) -> str:
        """Return the first property of one of the names, in lower case, "" without one."""
        for name, value in self.properties:
            if name.casefold() in names:
                return value
        return ""

    @property
    def title(self) -> str:
        """What the text is called."""
        return self.value("title")

    @property
    def author(self) -> str:
        """Who wrote it."""
        return self.value(*_AUTHOR)

    @property
    def date(self) -> str:
        """When, as ISO 8601."""
        return iso_date(self.value(*_DATE)[:10]) or iso_date(self.value(*_DATE))

    @property
    def source(self) -> str:
        """Where it appeared."""
        return self.value(*_SOURCE)


def front_matter(text: str) -> FrontMatter | None:
    """Return the front matter of a text, None where it has none."""
    for form, load in ((_YAML, _yaml), (_TOML, _toml)):
        found = form.match(text, 0, _LONGEST)
        if found:
            fields = load(found["fields"])
            if fields or not found["fields"].strip():
                properties = (
                    (_named(str(key)), squeeze(_said(value)))
                    for key, value in list(fields.items())[:_MOST]
                )
                kept = tuple((name, value) for name, value in properties if name and value)
                return FrontMatter(found.end(), kept)
    return None


def _yaml(text: str) -> Mapping[str, Any]:
    import yaml

    try:
        # What an anchor names may be said again and again, without end.
        fields = None if _ANCHOR.search(text) else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: the 31st of June
        fields = None
    if fields is None:
        return {
            found["key"]: found["value"].strip("\"'") for found in _FIELD.finditer(text)
        }
    return fields if isinstance(fields, dict) else {}


def _toml(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return {}


def _named(key: str) -> str:
    name = squeeze(key.replace("_", " ").replace("-", " "))
    return name[:1].upper() + name[1:]


def _said(value: Any) -> str:
    return ", ".join(_pieces(value, 0))


def _pieces(value: Any, depth: int) -> Iterator[str]:
    """Yield what a value says: of a list each item, of a table "name: value"."""
    if isinstance(value, datetime.datetime):
        midnight = not (value.hour or value.minute or value.second)
        yield value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    elif isinstance(value, list | tuple | set) and depth < 2:
        for item in list(value)[:_MOST]:
            yield from _pieces(item, depth + 1)
    elif isinstance(value, dict) and depth < 2:
        for key, item in list(value.items())[:_MOST]:
            said = ", ".join(_pieces(item, depth + 1))
            yield said if str(key).casefold() == "name" else f"{key}: {said}"
    elif value is not None and not isinstance(value, list | tuple | set | dict):
        yield str(value)
