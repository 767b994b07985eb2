"""An answer that is being written, as HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.errors import CitewellError
from assistant.serialize import citation_json
from assistant.web.views.markup import Html, join, tag
from assistant.web.views.render import claim_label, question_html
from assistant.web.views.sources import about, mark

if TYPE_CHECKING:
    from assistant.types import Checked
    from assistant.web.services.jobs import Job
    from assistant.web.views.text import Words

__all__ = ["failed", "live"]

_MARKS = re.compile(r"\s?[\[【]\s*(?:\d[^\]】]{0,20}[\]】]?|$)")


def live(job: Job, place: int, *, ready: bool, say: Words) -> Html:
    """Render an answer as far as it is: what is checked, and the draft in grey."""
    if job.over and job.problem is not None:
        return failed(job.asked.question, job.problem, say)
    claims = [_live_claim(e, say) for e in job.checked if e.claim.support.stands]
    # A draft's marks are the model's own numbers of passages, not yet those of citations.
    draft = tag("span", _MARKS.sub("", job.draft), class_="cw-draft")
    state = tag("p", _phase(job, place, say, ready=ready), class_="cw-phase", role="status")
    return tag(
        "article",
        question_html(job.asked.question, say),
        tag(
            "div",
            _found(job, say) if not claims else "",
            tag("p", *claims, draft, class_="cw-claims", dir="auto"),
            state if not (claims or job.draft) else "",
            class_="cw-answer",
        ),
        class_="cw-turn cw-live",
        data_job=job.id,
        data_conversation=job.asked.conversation,
        aria_busy="true",
    )


def failed(question: str, problem: BaseException, say: Words) -> Html:
    """Render a question that came to nothing, and why."""
    return tag(
        "article",
        question_html(question, say),
        _problem(problem, say),
        class_="cw-turn cw-failed",
        data_question=question,
    )


def _found(job: Job, say: Words) -> Html:
    """Render the sentences that were found, which stand there while the model reads."""
    if job.quoted is None:
        return Html("")
    quotes = []
    for each in map(citation_json, job.quoted.citations):
        where = about(each["document"], each, say)
        words = tag("q", " ".join(each["quote"].split()), dir="auto")
        quotes.append(
            tag("li", mark(job.id, each, say, "found"), words, tag("span", where))
        )
    heading = tag("h3", say("found_first"))
    return tag("div", heading, tag("ol", *quotes, class_="cw-sources"), class_="cw-found")


def _live_claim(event: Checked, say: Words) -> Html:
    claim = event.claim
    marks = "".join(f"[{number}]" for number in claim.citations)
    shown = join(claim.text, tag("span", marks, class_="cw-mark"))
    label = claim_label(claim.support, say, alternative=claim.alternative)
    return join(label, tag("span", shown, class_="cw-claim"), " ")


def _phase(job: Job, place: int, say: Words, *, ready: bool) -> str:
    if job.stopped:
        return say("stopped")
    if place:
        return say("waiting", n=place)
    if not ready and not job.asked.quotes_only:
        return say("loading")
    if job.found is None:
        return say("searching")
    if job.quoted is not None:
        return say("writing")
    return say("reading_passages", n=job.found)


def _problem(problem: BaseException, say: Words) -> Html:
    if isinstance(problem, CitewellError):
        text, hint = str(problem), problem.hint
    else:
        text, hint = say("bug"), ""
    return tag(
        "div",
        tag("p", tag("b", say("failed")), ": ", text),
        tag("p", hint, class_="cw-note") if hint else "",
        class_="cw-answer cw-problem",
        role="alert",
    )
