"""A desk to ask at: an assistant, the conversation so far, and the last answer on file.

What the terminal commands `ask`, `chat` and `show` share. The last answer is kept beside the
library so that `citewell show 2` can open its second citation.
"""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.build import open_assistant
from assistant.errors import CitewellError, ConfigError
from assistant.llm.influence import influences
from assistant.models import write_atomically
from assistant.pipeline import Assistant, Question
from assistant.serialize import answer_json, influence_json
from assistant.types import Finished, Policy, Status, Turn
from index.walk import is_below, spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from assistant.config import Settings
    from assistant.llm.influence import Influence
    from assistant.types import Answer, Event
    from index.library import Library

__all__ = ["Desk", "last_answer", "open_desk"]

LAST_ANSWER = "last_answer.json"
NEW = "/new"


@dataclass(slots=True)
class Desk:
    """One conversation with one library."""

    assistant: Assistant
    library: Library
    turns: list[Turn] = field(default_factory=list)

    def stream(
        self,
        question: str,
        *,
        within: Sequence[str] = (),
        quotes_only: bool = False,
        stopped: Callable[[], bool] | None = None,
    ) -> Iterator[Event]:
        """Answer a question in the conversation; the answer is kept for `show`."""
        documents = documents_in(self.library, within) if within else None
        asked = Question(question, tuple(self.turns), documents, quotes_only, stopped)
        for event in self.assistant.stream(asked):
            if isinstance(event, Finished):
                self._keep(event.answer)
            yield event

    def warm_up(self) -> None:
        """Begin to load the language model, while a question is typed or searched for."""
        if self.assistant.policy is not Policy.EXTRACTIVE:
            threading.Thread(target=self._load, name="loading", daemon=True).start()

    def _load(self) -> None:
        with contextlib.suppress(CitewellError):  # whoever needs the model is told why
            self.assistant.generator()

    def heard(self, line: str) -> str:
        """Return the question of a line; one that begins with `/new` forgets all before it."""
        command, _, rest = line.partition(" ")
        if command != NEW:
            return line
        self.turns.clear()
        return rest.strip()

    @staticmethod
    def finish(events: Iterable[Event]) -> Answer:
        """Return the answer that the events end with."""
        *_, last = events
        assert isinstance(last, Finished)
        return last.answer

    def remember(self, answer: Answer) -> None:
        """Make the answer a part of the conversation, also one that says nothing.

        What was asked is what the next question can lean on.
        """
        said = " ".join(claim.text for claim in answer.claims)
        asked = answer.standalone or answer.question
        self.turns.append(Turn(asked, said, answer.short))

    def influences(self, answer: Answer) -> list[Influence]:
        """Ask the model which passages made the answer's words likelier."""
        if answer.status is not Status.ANSWERED:
            return []  # the model need not even be loaded
        return influences(answer, self.assistant.prompts, self.assistant.generator())

    @staticmethod
    def as_json(
        answer: Answer, influences: Sequence[Influence] | None = None
    ) -> dict[str, Any]:
        """Return the object that `ask --json` prints, with `used` where it was asked for."""
        if influences is None:
            return answer_json(answer)
        return answer_json(answer) | {"used": [influence_json(i) for i in influences]}

    def _keep(self, answer: Answer) -> None:
        data = json.dumps(answer_json(answer), ensure_ascii=False).encode()
        write_atomically(self.library.folder / LAST_ANSWER, data)


def open_desk(settings: Settings, announce: Callable[[str], None]) -> Desk:
    """Open the library of the settings and everything that answering needs."""
    library, assistant = open_assistant(settings, announce)
    return Desk(assistant, library)


def documents_in(library: Library, within: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the documents at or below the given paths.

    Raises ConfigError for a path at which the library holds nothing.
    """
    found: dict[str, None] = {}
    sources = library.sources()
    for given in within:
        paths = spellings(Path(given))
        ids = [
            source.id
            for source in sources
            if any(is_below(Path(held), paths) for held in source.paths)
        ]
        if not ids:
            raise ConfigError(
                f"The library holds nothing at {paths[0]}.",
                "See what it holds: citewell status",
            )
        found |= dict.fromkeys(ids)
    return tuple(found)


def last_answer(folder: Path) -> dict[str, Any] | None:
    """Return the last answer given from this library, None if there was none."""
    try:
        data: dict[str, Any] = json.loads((folder / LAST_ANSWER).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return data
