"""The way of an answer into the page: one long reply, a line for every picture of it.

Gradio's queue would bring each of them a tenth of a second late: what streams the answer is a
route of its own. A reply follows one answer and ends with it; whoever closes the page only
ends the reply, never the answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import TYPE_CHECKING, Any

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from assistant.errors import CitewellError
from assistant.web.calls import user_of
from assistant.web.services.jobs import Asked
from assistant.web.views.live_view import failed, live
from assistant.web.views.render import turns_html, welcome
from assistant.web.visits import read_context, text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from starlette.requests import Request

    from assistant.web.services.engine import Engine
    from assistant.web.services.jobs import Job
    from assistant.web.views.markup import Html
    from assistant.web.visits import Visit, Visitors

__all__ = ["Stream"]

PATH = "/citewell/follow"
BETWEEN_S = 0.08  # pictures of an answer being written
BEAT_S = 15.0  # after which something is sent, so that nobody takes the line for dead


class Stream:
    """Sends lines of JSON: `turns`, what is finished, `live`, what is not, and `over`."""

    def __init__(self, engine: Engine, visitors: Visitors) -> None:
        self._engine = engine
        self._visitors = visitors

    def routes(self) -> list[Route]:
        """Return what the server has to know beside Gradio's own routes."""
        return [Route(PATH, self.follow, methods=["POST"])]

    async def follow(self, request: Request) -> Response:
        """Ask a question or open a conversation, and follow what is written in it."""
        user = user_of(request)
        if self._visitors.gate is not None and user is None:
            return Response(status_code=401)
        try:
            given = read_context(await request.json())
        except ValueError:
            return Response(status_code=400)
        visit = self._visitors.visit(user, given)
        lines = self._lines(visit, given)
        headers = {"cache-control": "no-store"}
        return StreamingResponse(lines, headers=headers, media_type="application/x-ndjson")

    async def _lines(self, visit: Visit, given: Mapping[str, Any]) -> AsyncIterator[str]:
        question = text(given, "question").strip()
        try:
            job, conversation = await asyncio.to_thread(self._begin, visit, given, question)
        except CitewellError as error:
            turns = await asyncio.to_thread(self._turns, visit, visit.conversation)
            yield _line(turns=turns, live=failed(question, error, visit.say), over=True)
            return
        turns = await asyncio.to_thread(self._turns, visit, conversation)
        if job is None:
            yield _line(turns=turns, live="", over=True)
            return
        yield _line(turns=turns, live=self._live(job, visit))
        async for picture in self._pictures(job, visit):
            yield _line(live=picture)
        ending = self._live(job, visit) if job.problem is not None else ""
        turns = await asyncio.to_thread(self._turns, visit, conversation)
        yield _line(turns=turns, live=ending, over=True)

    async def _pictures(self, job: Job, visit: Visit) -> AsyncIterator[Html]:
        """Yield the answer whenever it looks different, until it is over."""
        changed, over = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def note() -> None:
            changed.set()
            if job.over:
                over.set()

        def wake() -> None:
            with contextlib.suppress(RuntimeError):  # the server has ended
                loop.call_soon_threadsafe(note)

        shown: Html | None = None
        with job.waking(wake):
            while not job.over:
                changed.clear()
                drawn, words = time.monotonic(), bool(job.checked or job.draft)
                picture = self._live(job, visit)
                if picture != shown:
                    yield picture
                shown = picture if await _happens(changed, BEAT_S) else None
                if words:  # the first are shown at once, those behind them a few at a time
                    await _happens(over, drawn + BETWEEN_S - time.monotonic())

    # --- what it shows ----------------------------------------------------------------------

    def _begin(
        self, visit: Visit, given: Mapping[str, Any], question: str
    ) -> tuple[Job | None, str]:
        """Ask what is to be asked; return what is being written, and in which conversation."""
        if not question:
            running = self._engine.line.running(visit.user, visit.conversation)
            return running, visit.conversation
        job = self._ask(visit, given, question)
        return job, job.asked.conversation

    def _ask(self, visit: Visit, given: Mapping[str, Any], question: str) -> Job:
        conversations = self._engine.conversations
        known = conversations.find(visit.user, visit.conversation)
        if known and (replaced := text(given, "replaces")):
            conversations.cut(visit.user, known.id, replaced)
        library = known.library if known else visit.library
        here = library == visit.library  # the chosen documents are of the library in view
        return self._engine.ask(
            Asked(
                visit.user,
                known.id if known else "",
                question,
                library,
                visit.documents if here else None,
                visit.folders if here else (),
                quotes_only=visit.quotes_only,
                alone=given.get("alone") is True,
                passages=visit.wishes.passages,
                risk=visit.wishes.risk,
            )
        )

    def _live(self, job: Job, visit: Visit) -> Html:
        place = self._engine.line.place(job)
        return live(job, place, ready=self._engine.state.ready, say=visit.say)

    def _turns(self, visit: Visit, conversation: str) -> Html:
        known = self._engine.conversations.find(visit.user, conversation)
        if known is None:
            library = self._engine.shelf.find(visit.library)
            count = library.ledger().documents if library else 0
            return welcome(documents=count, may_change=visit.admin, say=visit.say)
        turns = self._engine.conversations.turns(visit.user, conversation)
        return turns_html(conversation, turns, visit.say)


def _line(**values: Any) -> str:
    return json.dumps(values, ensure_ascii=False) + "\n"


async def _happens(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, at most so long; say whether it came."""
    with contextlib.suppress(TimeoutError):
        return await asyncio.wait_for(event.wait(), seconds)
    return False
