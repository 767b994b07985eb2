"""The endpoints for other programs: ask, index, status.

    from gradio_client import Client
    client = Client("http://127.0.0.1:7860")
    client.predict("Who designed the bridge?", api_name="/ask")
    for state in client.submit("Who designed the bridge?", api_name="/ask"):
        ...

`tools` has the same for MCP clients, under `citewell web --mcp`.
"""

# Gradio looks the annotations up while the program runs, so they are not left as strings.

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api

from assistant.errors import CitewellError
from assistant.serialize import answer_json
from assistant.web.services.engine import Engine
from assistant.web.services.jobs import Asked, Job
from assistant.web.services.reading import Reading
from assistant.web.visits import LONGEST_TEXT, Visit, Visitors

__all__ = ["Endpoints", "progress_of", "states_of"]

BETWEEN_S = 0.1


class Endpoints:
    """What other programs can call."""

    def __init__(self, engine: Engine, visitors: Visitors) -> None:
        self.engine = engine
        self._visitors = visitors

    def add(self) -> None:
        """Add them to the Gradio app that is being built."""
        for function in (self.ask, self.index, self.status):
            # Gradio makes a tool of what says nothing else; `tools` has better ones.
            function.__dict__["_mcp_type"] = "endpoint"
            api(function, api_name=function.__name__, concurrency_limit=None)

    # Who asks is filled in by Gradio and is no argument of an endpoint.
    def ask(  # noqa: D417
        self,
        question: str,
        request: gr.Request,
        library: str = "",
        quotes_only: bool = False,  # noqa: FBT001, FBT002 - callers name it
        folder: str = "",
    ) -> Iterator[dict[str, Any]]:
        """Ask the documents a question and get an answer that cites the exact words.

        Args:
            question: The question, in plain words.
            library: The name of the library to ask; empty for the usual one.
            quotes_only: Exact quotations and not one generated word.
            folder: The whole path of a folder or file to look in; empty for all documents.

        Returns:
            The state of the answer again and again: `state` is waiting, writing or done,
            `text` what has been checked so far, `draft` what has not. The last one holds the
            whole answer, as `citewell ask --json` prints it, under `answer`; what is `path`
            there is `file` here.
        """
        asked = self.asked(
            question, request, library=library, folder=folder, quotes_only=quotes_only
        )
        for state, answer in states_of(self.engine, asked):
            done = {"answer": _without_paths(answer)} if state["state"] == "done" else {}
            yield {**state, **done}

    def asked(
        self,
        question: str,
        request: gr.Request,
        *,
        library: str,
        folder: str,
        quotes_only: bool,
    ) -> Asked:
        """Return what a program asks; of no conversation, so nothing is kept."""
        if not question.strip():
            raise gr.Error("There is no question.", print_exception=False)
        visit = self._visit(request, library)
        return Asked(
            visit.user,
            f"api-{uuid.uuid4().hex}",
            question[:LONGEST_TEXT].strip(),
            visit.library,
            folders=(folder,) if folder else (),
            quotes_only=quotes_only,
        )

    def _visit(self, request: gr.Request, library: str) -> Visit:
        user = request.username if request else None
        return self._visitors.visit(user, {"library": library})

    def index(  # noqa: D417
        self, folder: str, request: gr.Request, library: str = ""
    ) -> Iterator[dict[str, Any]]:
        """Read a folder of this computer into a library; only changes cost time.

        Args:
            folder: The whole path of a file or folder.
            library: The name of the library; empty for the usual one.

        Returns:
            How far it is, again and again; the last one holds the counts and the failures.
        """
        yield from progress_of(self.reading(folder, request, library))

    def reading(self, folder: str, request: gr.Request, library: str) -> Reading:
        """Begin to read a folder."""
        visit = self._visit(request, library)
        if not visit.admin:
            raise gr.Error(visit.say("only_admins"), print_exception=False)
        path = Path(folder).expanduser()
        if not path.is_absolute() or not path.exists():
            problem = f"There is no {path}. Give the whole path."
            raise gr.Error(problem, print_exception=False)
        return self.engine.reader.start(Reading(visit.library, [path]))

    def status(  # noqa: D417
        self, request: gr.Request, library: str = ""
    ) -> dict[str, Any]:
        """Say what a library holds and whether the models are loaded.

        Args:
            library: The name of the library; empty for the usual one.
        """
        visit = self._visit(request, library)
        found = self.engine.shelf.find(visit.library)
        ledger = found.ledger() if found else None
        return {
            "library": visit.library,
            "libraries": self.engine.shelf.names(),
            "documents": ledger.documents if ledger else 0,
            "chunks": ledger.chunks if ledger else 0,
            "failed": ledger.failed if ledger else 0,
            "ready": self.engine.state.ready,
            "problem": self.engine.state.problem,
            "model": self.engine.state.model,
        }


def states_of(
    engine: Engine, asked: Asked
) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Ask; yield how far the answer is again and again, at the end with the answer."""
    try:
        job = engine.ask(asked)
    except CitewellError as error:
        raise _known(error) from error
    try:
        seen = -1
        while not job.over:
            seen = job.wait(seen, 1.0)
            if not job.over:
                yield _state(job, engine.line.place(job)), None
                if job.checked or job.draft:  # the first words are passed on at once
                    job.rest(BETWEEN_S)
    finally:
        engine.line.stop(asked.user, job.id)  # whoever went away wants no answer
    _raise(job.problem)
    answer = answer_json(job.answer) if job.answer else None
    yield {**_state(job, 0), "state": "done", "draft": ""}, answer


def _without_paths(data: Any) -> Any:
    """Call every "path" "file": Gradio takes an object with a path for a file to send."""
    if isinstance(data, dict):
        return {
            "file" if key == "path" else key: _without_paths(value)
            for key, value in data.items()
        }
    return [_without_paths(each) for each in data] if isinstance(data, list) else data


def _state(job: Job, place: int) -> dict[str, Any]:
    begun = bool(job.checked or job.draft)
    return {
        "state": "writing" if begun else "waiting",
        "before_you": place,
        "text": " ".join(event.shown for event in job.checked),
        "draft": job.draft,
    }


def progress_of(reading: Reading) -> Iterator[dict[str, Any]]:
    """Yield how far reading is again and again, at the end with what came of it."""
    seen = -1
    while not reading.over:
        seen = reading.wait(seen, 1.0)
        progress = reading.progress
        yield {
            "state": "reading",
            "files_done": progress.files_done if progress else 0,
            "files_total": progress.files_total if progress else 0,
            "seconds_left": progress.eta_s if progress else None,
        }
        reading.rest(BETWEEN_S)
    _raise(reading.problem)
    report = reading.report
    yield {
        "state": "done",
        "added": report.added if report else 0,
        "changed": report.changed if report else 0,
        "unchanged": report.unchanged if report else 0,
        "removed": report.removed if report else 0,
        "failed": [list(failure) for failure in reading.failed],
    }


def _raise(problem: BaseException | None) -> None:
    if isinstance(problem, CitewellError):
        raise _known(problem)
    if problem is not None:
        raise problem


def _known(error: CitewellError) -> gr.Error:
    return gr.Error(f"{error} {error.hint}".strip(), print_exception=False)
