"""The models that are there and those that can be fetched, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import CitewellError
from assistant.machine import gigabytes
from assistant.web.views.markup import Html, join, progress_bar, tag

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assistant.commands.model_list import Listed
    from assistant.downloads.watch import Progress
    from assistant.web.services.pulls import Pull
    from assistant.web.views.text import Words

__all__ = ["model_list", "model_options"]

MINUTE = 60


def model_options(models: Sequence[tuple[Path, bool]], current: str, say: Words) -> Html:
    """Render the choice of the models that are there.

    Args:
        models: Their files, and whether each fits into the memory that is free.
        current: The name of the one in use, without its ending.
        say: The words.
    """
    return join(
        *(
            tag(
                "option",
                _option(path, say, fits=fits),
                value=path.name,
                selected=path.stem == current,
            )
            for path, fits in models
        )
    )


def _option(path: Path, say: Words, *, fits: bool) -> str:
    size = f"{path.stat().st_size / 2**20:,.0f} MB"
    return f"{path.stem} · {size}" + ("" if fits else f" · {say('too_large')}")


def model_list(
    models: Sequence[Listed], pull: Pull | None, say: Words, *, may_change: bool
) -> Html:
    """Render the catalog, with how far a download is, or how it ended."""
    rows = [_row(model, pull, say, may_change=may_change) for model in models]
    return join(_ended(pull, say), tag("ul", *rows, class_="cw-models"))


def _row(model: Listed, pull: Pull | None, say: Words, *, may_change: bool) -> Html:
    running = pull is not None and not pull.over
    mine = running and pull is not None and pull.model.name == model.name
    about = [
        say.decimal(gigabytes(model.bytes)),
        say("model_memory", n=say.decimal(gigabytes(model.memory))),
        f"{model.licence} ({say(_commercial(model))})",
        say(f"model_lacks_{model.obstacle}" if model.obstacle else "model_fits"),
    ]
    control: Html | str = ""
    if mine and pull is not None:
        control = _running(pull, say, may_stop=may_change)
    elif may_change:
        control = _button(model, say, busy=running)
    state = _state(model, say)
    return tag(
        "li",
        tag("b", model.title),
        tag("span", state, class_="cw-good") if state else "",
        tag("span", " · ".join(about), class_="cw-note", title=model.commercial),
        control,
        data_model=model.name,
    )


def _commercial(model: Listed) -> str:
    return "commercial" if model.commercial == "allowed" else "commercial_conditions"


def _state(model: Listed, say: Words) -> str:
    if model.altered:
        return say("model_altered")
    if model.in_use:
        return say("model_in_use")
    return say("model_installed") if model.installed else ""


def _button(model: Listed, say: Words, *, busy: bool) -> Html | str:
    if model.in_use:
        return ""
    action, word = ("model-use", "model_use") if model.installed else ("model-pull", "pull")
    return tag(
        "button",
        say(word),
        type="button",
        data_action=action,
        data_name=model.name,
        data_file=model.file,
        disabled=not model.installed and (busy or model.obstacle == "disk"),
        aria_label=f"{say(word)}: {model.title}",
    )


def _running(pull: Pull, say: Words, *, may_stop: bool) -> Html:
    progress = pull.progress
    share = round(100 * progress.done / max(progress.total, 1)) if progress else 0
    stop = tag("button", say("stop"), type="button", data_action="model-stop")
    return tag(
        "div",
        progress_bar(share, say("pull")),
        tag("span", _said(progress, say), class_="cw-note", role="status"),
        stop if may_stop else "",
        class_="cw-pull",
    )


def _said(progress: Progress | None, say: Words) -> str:
    if progress is None:
        return say("starting")
    if progress.checking:
        return say("pull_checking")
    done = say("pull_done", done=gigabytes(progress.done), all=gigabytes(progress.total))
    left = progress.seconds_left
    if left is None:
        return say.decimal(done)
    time = f"{left:.0f} s" if left < 2 * MINUTE else f"{left / MINUTE:.0f} min"
    return f"{say.decimal(done)} · {say('time_left', time=time)}"


def _ended(pull: Pull | None, say: Words) -> Html | str:
    if pull is None or not pull.over:
        return ""
    if isinstance(pull.problem, CitewellError):
        text = f"{pull.problem} {pull.problem.hint}"
        return tag("p", text, class_="cw-bad", role="alert")
    if pull.problem is not None:
        return tag("p", say("failed"), class_="cw-bad", role="alert")
    key = "pull_stopped" if pull.stopped else "pull_ended"
    return tag("p", say(key, name=pull.model.title), class_="cw-note", role="status")
