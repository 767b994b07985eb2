"""Signs of life from a reader that takes long over one file.

A reader says how far it is; whoever runs it listens, and gives it more time or tells a person.
Nobody need listen.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["heard_by", "pulse"]

_LISTENER: ContextVar[Callable[[int, int], None] | None] = ContextVar(
    "listener", default=None
)


def pulse(done: int, total: int) -> None:
    """Say that `done` of `total` pages that take long are read."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(done, total)


@contextmanager
def heard_by(listener: Callable[[int, int], None]) -> Iterator[None]:
    """Let `listener` hear the signs of life of what runs inside."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)
