"""What a document is called: by its title and by the name of its file.

Notes, contracts and invoices are named after what they are about, and their text does not say
it again.
"""

from __future__ import annotations

import re
from pathlib import PurePath

__all__ = ["called", "file_name"]

_WORD = re.compile(r"[^\W_]+")
_LETTER = re.compile(r"[^\W\d_]{2}")


def file_name(path: PurePath | str) -> str:
    """Return a file's name as words, without its ending; "" if it has no word of letters.

    >>> file_name("notes/Ilse_Brandauer.md"), file_name("scans/00012.pdf")
    ('Ilse Brandauer', '')
    """
    name = " ".join(PurePath(path).stem.replace("_", " ").split())
    return name if _LETTER.search(name) else ""


def called(title: str, name: str) -> str:
    """Return the title, with the file's name where that says more.

    >>> called("Salt roads", "salt-roads"), called("Phone list", "Ilse Brandauer")
    ('Salt roads', 'Phone list (Ilse Brandauer)')
    """
    said = {word.casefold() for word in _WORD.findall(title)}
    if not said:
        return name
    new = {word.casefold() for word in _WORD.findall(name)} - said
    return f"{title} ({name})" if new else title
