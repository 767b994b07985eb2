"""One evaluation from a set on disk to a run on disk: open, put together, run, report."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.build import assistant_for
from assistant.errors import EvaluationError
from assistant.evaluate.reports.compare import compare
from assistant.evaluate.reports.report import write_report
from assistant.evaluate.runs.answerers import (
    ClosedBook,
    DocumentsAnswerer,
    OracleAnswerer,
    WithheldAnswerer,
)
from assistant.evaluate.runs.describe import describe
from assistant.evaluate.runs.host import ALONE
from assistant.evaluate.runs.plan import Plan, plan_of
from assistant.evaluate.runs.run import load_run, run
from assistant.evaluate.runs.run_info import read_info, same_run
from assistant.evaluate.sets.documents import documents_of, library_names, read_folder
from assistant.evaluate.sets.libraries import document_names, library_for
from assistant.evaluate.sets.load import load_set, sample, set_sha256
from assistant.evaluate.types import Mode, QuestionSet
from index.events import Progress
from index.search import HybridRetriever

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assistant.config import Settings
    from assistant.evaluate.reports.compare import Comparison
    from assistant.evaluate.runs.host import Host
    from assistant.evaluate.runs.plan import Watch
    from assistant.evaluate.runs.run import Run
    from assistant.evaluate.runs.run_info import RunInfo
    from assistant.evaluate.types import Answerer, Outcome, Question
    from assistant.pipeline import Assistant
    from index.events import SyncEvent
    from index.library import Library

__all__ = ["compare_runs", "evaluate", "questions_of", "runs_folder"]


def runs_folder(settings: Settings) -> Path:
    """Return where runs are kept that are not told to lie elsewhere."""
    return settings.data_folder / "runs"


def evaluate(
    plan: Plan, settings: Settings, watch: Watch, host: Host = ALONE
) -> tuple[Run, QuestionSet]:
    """Run a set through the assistant and write everything that a run holds.

    Raises:
        EvaluationError: The set or the folder of the run cannot be used.
        StoppedError: The host stopped it; what was answered is on disk.
        CitewellError: The models cannot be loaded.
    """
    settings = replace(settings, seed=plan.seed)
    with ExitStack() as open_things:
        own = (
            open_things.enter_context(host.library(plan.library)) if plan.library else None
        )
        watch.say(f"reading {plan.path.name} ...")
        with_gold = _questions(plan, own)
        questions = _as_asked(with_gold, plan.mode)
        watch.say("loading the models ...")
        embedder = host.embedder(settings)
        library = own or open_things.enter_context(
            library_for(
                questions.documents,
                embedder,
                settings.cache_folder,
                lambda event: _prepared(event, watch, host),
            )
        )
        names = library_names(own) if own else document_names(questions.documents)
        assistant = assistant_for(library, embedder, settings, watch.say)
        assistant = replace(assistant, generator=host.generator or assistant.generator)
        retriever = HybridRetriever(library, embedder, mode=plan.search)
        open_things.callback(retriever.close)
        assistant = replace(assistant, retriever=retriever)
        info = describe(plan, settings, questions, assistant, embedder)
        answerer = _answerer(plan, assistant, library, names, with_gold, host)
        folder = plan.output or _folder(runs_folder(settings), info)
        done = run(questions, answerer, folder, info, on_progress=watch.figures)
    write_report(done, questions)
    return done, questions


def _prepared(event: SyncEvent, watch: Watch, host: Host) -> None:
    if isinstance(event, Progress) and event.files_total:
        watch.documents(event.files_done, event.files_total)
    host.pause()


def questions_of(folder: Path, host: Host = ALONE) -> tuple[Run, QuestionSet]:
    """Read a run and the questions that it asked.

    Raises:
        EvaluationError: There is no run, or its set is no longer what it was.
    """
    done = load_run(folder)
    plan = plan_of(done.info, folder)
    with ExitStack() as open_things:
        own = (
            open_things.enter_context(host.library(plan.library)) if plan.library else None
        )
        questions = _as_asked(_questions(plan, own), plan.mode)
    if set_sha256(questions) != done.info.set_sha256:
        raise EvaluationError(
            f"{plan.path}: the set is no longer what {folder} was run on",
            "Run it anew.",
        )
    return done, questions


def compare_runs(
    first: Path, second: Path, host: Host = ALONE
) -> tuple[Comparison, QuestionSet]:
    """Compare two runs on disk; the questions are those of the first.

    Raises:
        EvaluationError: One is no run, its set has changed, or they share no question.
    """
    one, questions = questions_of(first, host)
    other, _ = questions_of(second, host)
    return compare(questions, one.outcomes, other.outcomes), questions


def _questions(plan: Plan, library: Library | None) -> QuestionSet:
    documents = None if library is None else documents_of(library)
    whole = load_set(
        plan.path, library=documents, read_folder=read_folder, skip_bad=plan.skip_bad
    )
    return sample(whole, plan.limit, plan.seed)


def _as_asked(questions: QuestionSet, mode: Mode) -> QuestionSet:
    """Return the questions as they are judged: without their evidence, none has an answer.

    Raises:
        EvaluationError: Evidence is to be withheld, and the set names none.
    """
    if mode is not Mode.WITHHELD:
        return questions
    unanswerable = tuple(
        replace(question, answers=(), answerable=False, evidence=())
        for question in questions.questions
        if question.answerable and question.evidence
    )
    if not unanswerable:
        raise EvaluationError(
            f"{questions.name}: no answerable question says where its evidence stands",
            "Give its rows `evidence`, or leave out --withhold.",
        )
    return replace(questions, questions=unanswerable)


def _answerer(
    plan: Plan,
    assistant: Assistant,
    library: Library,
    names: Mapping[str, list[str]],
    questions: QuestionSet,
    host: Host,
) -> Answerer:
    asks = DocumentsAnswerer(assistant, names, plan.quotes_only, host.stopped)
    answerer: Answerer = asks
    if plan.mode is Mode.CLOSED_BOOK:
        answerer = ClosedBook(
            assistant.generator(), assistant.prompts, assistant.answer_tokens, host.stopped
        )
    elif plan.mode is Mode.ORACLE:
        answerer = OracleAnswerer(asks, library, questions.documents)
    elif plan.mode is Mode.WITHHELD:
        places = {q.id: [e.place for e in q.evidence] for q in questions.questions}
        answerer = WithheldAnswerer(asks, places)

    def ask(question: Question) -> Outcome:
        return host.turn(answerer, question)

    return ask


def _folder(runs: Path, info: RunInfo) -> Path:
    """Return the folder of the same run where one was left unfinished, else a new one."""
    name = re.sub(r"[^\w.-]+", "-", info.set_name).strip("-.") or "set"
    for folder in sorted(runs.glob(f"{name}-*"), reverse=True):
        if _unfinished(folder, info):
            return folder
    stamp = time.strftime("%Y%m%d-%H%M%S")
    free = (
        runs / f"{name}-{stamp}{end}" for end in ("", *(f"-{n}" for n in range(2, 100)))
    )
    return next(folder for folder in free if not folder.exists())


def _unfinished(folder: Path, info: RunInfo) -> bool:
    try:
        before = read_info(folder)
    except EvaluationError:
        return False
    return same_run(before, info) and not (folder / "metrics.json").exists()
