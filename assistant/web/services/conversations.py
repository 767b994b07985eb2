"""What was asked and answered, by whom: one SQLite file in the home folder.

Every method takes the user's name and sees only what is theirs. Where nobody logs in, the
user's name is the empty string.
"""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.errors import CitewellError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Conversation", "Conversations", "StoredTurn"]

FORMAT = 1
TITLE_CHARACTERS = 80
_SCHEMA = """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY, user TEXT NOT NULL, library TEXT NOT NULL, title TEXT NOT NULL,
    created REAL NOT NULL, changed REAL NOT NULL
);
CREATE INDEX conversations_by_user ON conversations (user, changed);
CREATE TABLE turns (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, question TEXT NOT NULL,
    conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
    answer TEXT NOT NULL, stopped INTEGER NOT NULL, created REAL NOT NULL
);
CREATE INDEX turns_by_conversation ON turns (conversation, number);
CREATE TABLE feedback (
    turn TEXT PRIMARY KEY REFERENCES turns (id) ON DELETE CASCADE, helpful INTEGER NOT NULL,
    note TEXT NOT NULL, created REAL NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation without its turns."""

    id: str
    library: str
    title: str
    changed: float  # seconds since 1970


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A question and its whole answer, as `serialize.answer_json` writes it."""

    id: str
    question: str
    answer: dict[str, Any]
    stopped: bool = False
    helpful: bool | None = None  # what the person thought of it
    note: str = ""


class Conversations:
    """The store; safe to use from several threads and processes."""

    def __init__(self, file: Path) -> None:
        """Open or make the file.

        Raises:
            CitewellError: It was written by a later version, or cannot be used.
        """
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)  # what a person asks is nobody else's business
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            raise CitewellError(
                f"{file} cannot be used: {error}.", "Move it away to start anew."
            ) from error

    def _prepare(self) -> None:
        with self._open() as db:
            found = db.execute("PRAGMA user_version").fetchone()[0]
            if found == 0:
                db.executescript(f"PRAGMA journal_mode=WAL; {_SCHEMA}")
                db.execute(f"PRAGMA user_version = {FORMAT}")
        if found > FORMAT:
            raise CitewellError(
                f"{self._file} has format {found}; this version reads {FORMAT}.",
                "Use the newer version of the program.",
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=10)) as db, db:
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA secure_delete = ON")
            yield db

    # --- conversations ----------------------------------------------------------------------

    def begin(self, user: str, library: str, question: str) -> str:
        """Make a conversation that is named after its first question; return its id."""
        title = " ".join(question.split())
        if len(title) > TITLE_CHARACTERS:
            title = f"{title[: TITLE_CHARACTERS - 1]}…"
        key, now = uuid.uuid4().hex, time.time()
        with self._open() as db:
            db.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?)",
                (key, user, library, title, now, now),
            )
        return key

    def overview(self, user: str, search: str = "") -> list[Conversation]:
        """Return a user's conversations, the latest first.

        Args:
            user: Whose.
            search: Only those with these characters in the title, a question or an answer.
        """
        query = "SELECT id, library, title, changed FROM conversations WHERE user = ?1"
        if search:
            query += (
                " AND (instr(lower(title), lower(?2)) OR EXISTS (SELECT 1 FROM turns"
                " WHERE conversation = conversations.id AND (instr(lower(question), lower(?2))"
                " OR instr(lower(json_extract(answer, '$.answer')), lower(?2)))))"
            )
        given = (user, search) if search else (user,)
        with self._open() as db:
            rows = db.execute(f"{query} ORDER BY changed DESC", given).fetchall()
        return [Conversation(*row) for row in rows]

    def find(self, user: str, conversation: str) -> Conversation | None:
        """Return a conversation, None where it is not there or another user's."""
        with self._open() as db:
            row = db.execute(
                "SELECT id, library, title, changed FROM conversations"
                " WHERE id = ? AND user = ?",
                (conversation, user),
            ).fetchone()
        return Conversation(*row) if row else None

    def rename(self, user: str, conversation: str, title: str) -> None:
        """Give a conversation another name; an empty one changes nothing."""
        title = " ".join(title.split())[:TITLE_CHARACTERS]
        if title:
            with self._open() as db:
                db.execute(
                    "UPDATE conversations SET title = ? WHERE id = ? AND user = ?",
                    (title, conversation, user),
                )

    def delete(self, user: str, conversation: str) -> None:
        """Forget a conversation with all its turns and what was thought of them."""
        with self._open() as db:
            db.execute(
                "DELETE FROM conversations WHERE id = ? AND user = ?", (conversation, user)
            )
        with self._open() as db:
            # The journal would keep the words until it is written over.
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # --- turns ------------------------------------------------------------------------------

    def add(
        self, user: str, conversation: str, answer: dict[str, Any], *, stopped: bool = False
    ) -> StoredTurn | None:
        """Append an answer; None where the conversation was deleted meanwhile."""
        turn = StoredTurn(uuid.uuid4().hex, answer["question"], answer, stopped)
        written = json.dumps(answer, ensure_ascii=False)
        now = time.time()
        with self._open() as db:
            changed = db.execute(
                "UPDATE conversations SET changed = ? WHERE id = ? AND user = ?",
                (now, conversation, user),
            )
            if not changed.rowcount:
                return None
            db.execute(
                "INSERT INTO turns (id, question, conversation, answer, stopped, created)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (turn.id, turn.question, conversation, written, stopped, now),
            )
        return turn

    def turns(self, user: str, conversation: str) -> list[StoredTurn]:
        """Return the turns of a conversation in their order."""
        with self._open() as db:
            rows = db.execute(
                f"{_TURNS} WHERE conversation = ? AND user = ? ORDER BY number",
                (conversation, user),
            ).fetchall()
        return [_turn(row) for row in rows]

    def turn(self, user: str, turn: str) -> StoredTurn | None:
        """Return one turn, None where it is not there or another user's."""
        with self._open() as db:
            row = db.execute(
                f"{_TURNS} WHERE turns.id = ? AND user = ?", (turn, user)
            ).fetchone()
        return _turn(row) if row else None

    def library_of(self, user: str, turn: str) -> str | None:
        """Return the name of the library that a turn was answered from."""
        with self._open() as db:
            row = db.execute(
                "SELECT library FROM turns JOIN conversations"
                " ON conversations.id = conversation WHERE turns.id = ? AND user = ?",
                (turn, user),
            ).fetchone()
        return row[0] if row else None

    def cut(self, user: str, conversation: str, turn: str) -> None:
        """Forget a turn and all behind it: its question is about to be asked anew."""
        with self._open() as db:
            db.execute(
                "DELETE FROM turns WHERE conversation = ?1 AND EXISTS (SELECT 1 FROM"
                " conversations WHERE id = ?1 AND user = ?2) AND number >="
                " (SELECT number FROM turns WHERE id = ?3 AND conversation = ?1)",
                (conversation, user, turn),
            )

    def judge(self, user: str, turn: str, *, helpful: bool, note: str = "") -> bool:
        """Keep what a person thought of an answer; say whether there is such an answer."""
        if self.turn(user, turn) is None:
            return False
        with self._open() as db:
            db.execute(
                "INSERT INTO feedback VALUES (?, ?, ?, ?) ON CONFLICT (turn) DO UPDATE SET"
                " helpful = excluded.helpful, note = excluded.note",
                (turn, helpful, note.strip()[:2000], time.time()),
            )
        return True

    def keep_used(
        self, user: str, turn: str, used: list[dict[str, Any]], model: str
    ) -> None:
        """Keep with an answer which of its passages were used, as a model found."""
        found = self.turn(user, turn)
        if found is None:
            return
        answer = found.answer | {"used": used, "used_by": model}
        written = json.dumps(answer, ensure_ascii=False)
        with self._open() as db:
            db.execute("UPDATE turns SET answer = ? WHERE id = ?", (written, turn))

    def judged(self, user: str | None = None) -> list[StoredTurn]:
        """Return the turns that were judged, the oldest first; None: of everybody."""
        with self._open() as db:
            rows = db.execute(
                f"{_TURNS} WHERE helpful IS NOT NULL AND (?1 IS NULL OR user = ?1)"
                " ORDER BY number",
                (user,),
            ).fetchall()
        return [_turn(row) for row in rows]


_TURNS = (
    "SELECT turns.id, question, answer, stopped, helpful, coalesce(note, '') FROM turns"
    " JOIN conversations ON conversations.id = conversation"
    " LEFT JOIN feedback ON feedback.turn = turns.id"
)


def _turn(row: tuple[str, str, str, int, int | None, str]) -> StoredTurn:
    helpful = None if row[4] is None else bool(row[4])
    return StoredTurn(row[0], row[1], json.loads(row[2]), bool(row[3]), helpful, row[5])
