"""Test sets, an evaluation under way and the list of runs, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import CitewellError
from assistant.evaluate.runs.host import StoppedError
from assistant.evaluate.types import Mode
from assistant.web.views.markup import Html, join, progress_bar, tag

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assistant.evaluate.runs.listing import Listed
    from assistant.evaluate.runs.progress import Progress
    from assistant.web.services.trials import Trial
    from assistant.web.views.text import Words

__all__ = [
    "evaluation_html",
    "feedback_html",
    "percent",
    "problem_html",
    "runs_html",
    "scrolling",
    "trial_html",
]

MINUTE = 60


def evaluation_html(
    form: Html, trial: Html, runs: Html, feedback: Html, say: Words
) -> Html:
    """Put the view together; the script fills in what changes."""
    return tag(
        "div",
        tag("h1", say("evaluation")),
        tag("p", say("evaluation_text"), class_="cw-note"),
        form,
        tag("div", id="cw-trial-said"),
        tag("section", trial, id="cw-trial"),
        tag("section", runs, id="cw-runs"),
        tag("section", id="cw-report", tabindex=-1),
        feedback,
        class_="cw-evaluation",
    )


# --- a run under way --------------------


def trial_html(trial: Trial | None, say: Words) -> Html:
    """Render how far the latest evaluation is, or how it ended."""
    if trial is None:
        return Html("")
    if not trial.over:
        return _under_way(trial, say)
    if trial.run is not None:
        name = trial.run.name
        return tag(
            "p", say("trial_done"), role="status", class_="cw-good", data_finished=name
        )
    if isinstance(trial.problem, StoppedError) and trial.stopped:
        return tag("p", say("trial_stopped"), role="status", class_="cw-note")
    return problem_html(trial.problem, say)


def _under_way(trial: Trial, say: Words) -> Html:
    figures = trial.figures
    done, total = (figures.done, figures.total) if figures else trial.documents or (0, 0)
    share = 100 * done // max(total, 1)
    if trial.stopped:
        text = say("trial_stopping")
    elif figures is not None:
        text = _so_far(figures, say)
    elif trial.documents is not None:
        text = say("indexing", done=say.number(done), all=say.number(total))
    else:
        text = say("preparing")
    bar = progress_bar(share, say("evaluation"))
    stop = tag("button", say("stop"), type="button", data_action="trial-stop")
    return tag(
        "div",
        bar,
        tag("div", tag("span", text), stop, class_="cw-bar"),
        tag("p", say("people_first"), class_="cw-note"),
        data_running=True,
    )


def _so_far(figures: Progress, say: Words) -> str:
    parts = [say("questions_done", done=figures.done, all=figures.total)]
    if figures.left_s is not None and figures.done < figures.total:
        parts.append(say("time_left", time=_time(figures.left_s)))
    for key, share in (
        ("so_far_answered", figures.answered),
        ("so_far_silent", figures.silent),
        ("so_far_wrong", figures.wrong),
    ):
        if share is not None:
            parts.append(say(key, share=percent(share, say)))
    if figures.median_s is not None:
        seconds = say.decimal(f"{figures.median_s:.1f}")
        parts.append(say("seconds_each", seconds=seconds))
    return " · ".join(parts)


def percent(share: float, say: Words) -> str:
    """Write a share as whole percent."""
    return say.decimal(f"{share:.0%}")


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 2 * MINUTE else f"{seconds / MINUTE:.0f} min"


def problem_html(problem: BaseException | None, say: Words) -> Html:
    """Render what went wrong, and what can be done about it."""
    known = isinstance(problem, CitewellError)
    text = str(problem) if known else say("bug")
    hint = problem.hint if isinstance(problem, CitewellError) else ""
    return tag("p", text, " ", hint, class_="cw-bad", role="alert")


# --- the runs so far --------------------

COLUMNS = ("right", "silent_unanswerable", "wrong_when_answering")


def runs_html(runs: Sequence[Listed], folder: Path, say: Words) -> Html:
    """Render the runs that can be looked at, compared, or gone on with."""
    title = tag("h2", say("runs_title"))
    if not runs:
        return join(title, tag("p", say("no_runs"), class_="cw-note"))
    heads = ["", say("run_name"), say("run_date"), say("run_questions")]
    heads += [say(f"metric_{name}") for name in COLUMNS] + [""]
    head = tag(
        "tr", *(tag("th", text, scope="col") if text else tag("td") for text in heads)
    )
    table = tag(
        "table",
        tag("thead", head),
        tag("tbody", *(_run(run, say) for run in runs)),
        class_="cw-runs",
    )
    compare = tag(
        "button",
        say("compare"),
        type="button",
        data_action="trial-compare",
        id="cw-compare",
        disabled=True,
        title=say("compare_hint"),
    )
    where = tag("p", say("runs_in", folder=folder), class_="cw-note")
    return join(title, scrolling(table, say("runs_title")), tag("p", compare), where)


def scrolling(table: Html, label: str) -> Html:
    """Put a table into a box that scrolls sideways, also by the keyboard."""
    return tag(
        "div", table, class_="cw-scroll", tabindex=0, role="region", aria_label=label
    )


def _run(run: Listed, say: Words) -> Html:
    info, name = run.info, run.folder.name
    model = str(info.model.get("name") or say("quotes_only"))
    box = tag(
        "input",
        type="checkbox",
        value=name,
        class_="cw-pick",
        aria_label=say("choose_run", name=name),
        disabled=not run.finished,
    )
    way = model if info.mode is Mode.DOCUMENTS else f"{model}, {say(info.mode.value)}"
    label = join(tag("span", name, class_="cw-name"), tag("span", way, class_="cw-path"))
    count = say("unfinished", done=run.done, all=info.questions)
    action = "trial-look" if run.finished else "trial-go-on"
    button = tag(
        "button",
        say("look" if run.finished else "go_on"),
        type="button",
        data_action=action,
        data_run=name,
        aria_label=f"{say('look' if run.finished else 'go_on')}: {name}",
    )
    return tag(
        "tr",
        tag("td", box),
        tag("th", label, scope="row"),
        tag("td", info.started[:10]),
        tag("td", say.number(run.done) if run.finished else count),
        *(
            tag("td", percent(run.figures[key].value, say) if key in run.figures else "–")
            for key in COLUMNS
        ),
        tag("td", button),
    )


# --- what people thought --------------------


def feedback_html(judged: int, say: Words) -> Html:
    """Render the way to take along what a person said of answers."""
    button = tag(
        "button", say.count("save_feedback", judged), type="button", data_action="feedback"
    )
    return tag(
        "section",
        tag("h2", say("feedback_title")),
        tag("p", say("feedback_text"), class_="cw-note"),
        tag("p", button if judged else tag("span", say("no_feedback"), class_="cw-note")),
    )
