"""Who may come in: a file of names and hashed passwords, made by `citewell web --add-user`.

    # name:scrypt:salt:hash, or name:scrypt:salt:hash:admin
    ilse:scrypt:9b1f...:77ae...:admin

Passwords are hashed with scrypt and a salt of their own. An admin may change libraries and
the model; everybody else asks.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import ConfigError
from assistant.models import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Gate", "add_user", "read_users"]

LEAST_PASSWORD = 8
WAIT_S = 0.5  # doubled with every wrong password for a name, up to
LONGEST_WAIT_S = 30.0
_NAME = re.compile(r"[\w.@-]{1,64}")
_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_PARTS = (4, 5)


@dataclass(frozen=True, slots=True)
class User:
    """A line of the file."""

    name: str
    salt: bytes
    hash: bytes
    admin: bool = False


def read_users(file: Path) -> dict[str, User]:
    """Read the file.

    Raises:
        ConfigError: It is not there, empty, or a line of it cannot be read.
    """
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The file of users {file} cannot be read: {error}.",
            f"Make it with: citewell web --auth-file {file} --add-user NAME",
        ) from error
    users = [
        _user(line, number, file)
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.startswith("#")
    ]
    if not users:
        raise ConfigError(f"The file of users {file} names nobody.")
    return {user.name: user for user in users}


def _user(line: str, number: int, file: Path) -> User:
    parts = line.strip().split(":")
    known = len(parts) in _PARTS and parts[1] == "scrypt" and _NAME.fullmatch(parts[0])
    if not known or not all(_HEX.fullmatch(part) for part in parts[2:4]):
        raise ConfigError(
            f"Line {number} of {file} is not name:scrypt:salt:hash.",
            "Passwords are never written as they are; use --add-user.",
        )
    salt, digest = bytes.fromhex(parts[2]), bytes.fromhex(parts[3])
    return User(parts[0], salt, digest, parts[4:] == ["admin"])


def add_user(file: Path, name: str, password: str, *, admin: bool = False) -> None:
    """Add a user or give one a new password.

    Raises:
        ConfigError: The name has odd characters or the password is short.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError("A user's name is made of letters, digits and . _ @ -.")
    if len(password) < LEAST_PASSWORD:
        raise ConfigError(f"A password has at least {LEAST_PASSWORD} characters.")
    users = read_users(file) if file.is_file() else {}
    salt = secrets.token_bytes(16)
    users[name] = User(name, salt, _hash(password, salt), admin)
    text = "".join(f"{_line(user)}\n" for user in users.values())
    write_atomically(file, text.encode())
    file.chmod(0o600)


def _line(user: User) -> str:
    line = f"{user.name}:scrypt:{user.salt.hex()}:{user.hash.hex()}"
    return f"{line}:admin" if user.admin else line


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)


class Gate:
    """Checks names and passwords, slower for a name after each wrong one."""

    def __init__(self, users: dict[str, User]) -> None:
        self._users = users
        self._lock = threading.Lock()
        self._wrong: dict[str, tuple[int, float]] = {}  # how often, and when last

    def __call__(self, name: str, password: str) -> bool:
        """Say whether this is the user; a guess right after a wrong one is refused."""
        user = self._users.get(name)
        known = user or User(name, b"nobody", b"")
        right = hmac.compare_digest(_hash(password, known.salt), known.hash)
        if user is None:
            return False
        with self._lock:
            times, last = self._wrong.get(name, (0, 0.0))
            wait = min(WAIT_S * 2**times, LONGEST_WAIT_S) if times else 0.0
            if time.monotonic() - last < wait:
                return False
            if not right:
                self._wrong[name] = (times + 1, time.monotonic())
                return False
            self._wrong.pop(name, None)
            return True

    def is_admin(self, name: str) -> bool:
        """Say whether a user may change libraries and the model."""
        return name in self._users and self._users[name].admin
