"""Folders that come with the program: in a wheel inside the package, else beside it."""

from __future__ import annotations

from pathlib import Path

__all__ = ["shipped_folder"]


def shipped_folder(in_wheel: str, in_checkout: str) -> Path:
    """Return where a folder lies: its name within the package, or its path in a checkout."""
    package = Path(__file__).parent
    inside = package / in_wheel
    return inside if inside.is_dir() else package.parent / in_checkout
