"""The errors a person can meet, each with what to do about it.

    CitewellError
    ├── ReadError            a file could not be read
    │   └── UnsupportedFormat
    ├── LibraryError         the library cannot be used as it is
    │   ├── LibraryMissing
    │   ├── LibraryMismatch  another format version or embedding model
    │   └── LibraryBusy      another process holds it
    └── ModelError           an embedding model is missing or not what it should be

Everything else that escapes is a bug and shows its traceback.
"""

from __future__ import annotations

__all__ = [
    "CitewellError",
    "LibraryBusy",
    "LibraryError",
    "LibraryMismatch",
    "LibraryMissing",
    "ModelError",
    "ReadError",
    "UnsupportedFormat",
]


class CitewellError(Exception):
    """Something went wrong that a person can understand; `hint` says what to do."""

    hint: str = ""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        if hint:
            self.hint = hint


class ReadError(CitewellError):
    """A file could not be turned into text: damaged, encrypted, empty or too large."""


class UnsupportedFormat(ReadError):
    """No reader knows this kind of file."""


class LibraryError(CitewellError):
    """The library cannot be used as it is."""

    hint = "Look at it with: citewell check"


class LibraryMissing(LibraryError):
    """There is no library in that folder yet."""

    hint = "Make one with: citewell index FOLDER"


class LibraryMismatch(LibraryError):
    """The library was made with another format version or embedding model."""

    hint = "Make it anew with: citewell index --rebuild"


class LibraryBusy(LibraryError):
    """Another process has held the library for too long."""

    hint = "Wait until it is done, or stop it."


class ModelError(CitewellError):
    """A model is missing, or is not what its hash says it should be."""

    hint = "See what is found with: citewell doctor"
