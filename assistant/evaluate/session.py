"""One evaluation from a set on disk to a run on disk: open, put together, run, report."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.build import assistant_for, open_embedder
from assistant.errors import EvaluationError
from assistant.evaluate.answerers import ClosedBook, DocumentsAnswerer, OracleAnswerer
from assistant.evaluate.documents import documents_of, library_names, read_folder
from assistant.evaluate.libraries import document_names, library_for
from assistant.evaluate.report import write_report
from assistant.evaluate.run_info import describe_run, read_info, same_run
from assistant.evaluate.runs import load_run, run
from assistant.evaluate.sets import load_set, sample, set_sha256
from assistant.evaluate.types import Mode, QuestionSet
from assistant.models import file_sha256
from index.chunk import MAX_TOKENS, OVERLAP_TOKENS
from index.library import Library
from index.search import HybridRetriever
from index.search import Mode as Search

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assistant.config import Settings
    from assistant.evaluate.progress import Progress as Figures
    from assistant.evaluate.run_info import RunInfo
    from assistant.evaluate.runs import Run
    from assistant.evaluate.types import Answerer, Json
    from assistant.pipeline import Assistant
    from index.types import Embedder

__all__ = ["Plan", "Watch", "evaluate", "questions_of"]

RUNS = Path("runs")
QUANTIZATION = re.compile(r"(?:^|[._-])(I?Q\d\w*|BF16|F16|F32)$", re.IGNORECASE)
# What of the settings can change a prediction; the rest are places and speed.
DECISIVE = (
    *("context_tokens", "answer_tokens", "thinking_tokens", "passages", "candidates"),
    *("threads", "gpu_layers", "kv_type", "temperature", "seed", "risk"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run."""

    path: Path  # of the set
    mode: Mode = Mode.DOCUMENTS
    search: Search = "hybrid"
    quotes_only: bool = False
    limit: int | None = None
    seed: int = 0
    skip_bad: bool = False
    library: Path | None = None  # ask this library instead of the set's own documents
    output: Path | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """Whoever wants to know how it goes; both are called often."""

    say: Callable[[str], None]  # what is being prepared
    figures: Callable[[Figures], None]  # how far the questions are


def evaluate(plan: Plan, settings: Settings, watch: Watch) -> tuple[Run, QuestionSet]:
    """Run a set through the assistant and write everything that a run holds.

    Raises:
        EvaluationError: The set or the folder of the run cannot be used.
        CitewellError: The models cannot be loaded.
    """
    settings = replace(settings, seed=plan.seed)
    with ExitStack() as open_things:
        own = None
        if plan.library is not None:
            own = open_things.enter_context(Library.open(plan.library))
        watch.say(f"reading {plan.path.name} ...")
        questions = _questions(plan, own)
        watch.say("loading the models ...")
        embedder = open_embedder(settings)
        library = own or open_things.enter_context(
            library_for(questions.documents, embedder, settings.cache_folder)
        )
        names = library_names(own) if own else document_names(questions.documents)
        assistant = assistant_for(library, embedder, settings, watch.say)
        retriever = HybridRetriever(library, embedder, mode=plan.search)
        open_things.callback(retriever.close)
        assistant = replace(assistant, retriever=retriever)
        info = _describe(plan, settings, questions, assistant, embedder)
        answerer = _answerer(plan, assistant, library, names, questions)
        folder = plan.output or _folder(info)
        done = run(questions, answerer, folder, info, on_progress=watch.figures)
    write_report(done, questions)
    return done, questions


def questions_of(folder: Path) -> tuple[Run, QuestionSet]:
    """Read a run and the questions that it asked.

    Raises:
        EvaluationError: There is no run, or its set is no longer what it was.
    """
    done = load_run(folder)
    info = done.info
    library = info.settings.get("library")
    plan = Plan(
        Path(info.set_path),
        limit=info.limit,
        seed=info.seed,
        skip_bad=bool(info.skipped),
        library=Path(str(library)) if library else None,
    )
    with ExitStack() as open_things:
        own = None
        if plan.library is not None:
            own = open_things.enter_context(Library.open(plan.library))
        questions = _questions(plan, own)
    if set_sha256(questions) != info.set_sha256:
        raise EvaluationError(
            f"{info.set_path}: the set is no longer what {folder} was run on",
            "Run it anew.",
        )
    return done, questions


def _questions(plan: Plan, library: Library | None) -> QuestionSet:
    documents = None if library is None else documents_of(library)
    whole = load_set(
        plan.path, library=documents, read_folder=read_folder, skip_bad=plan.skip_bad
    )
    return sample(whole, plan.limit, plan.seed)


def _answerer(
    plan: Plan,
    assistant: Assistant,
    library: Library,
    names: Mapping[str, list[str]],
    questions: QuestionSet,
) -> Answerer:
    if plan.mode is Mode.CLOSED_BOOK:
        return ClosedBook(assistant.generator(), assistant.prompts, assistant.answer_tokens)
    if plan.mode is Mode.ORACLE:
        return OracleAnswerer(
            assistant, library, names, questions.documents, plan.quotes_only
        )
    return DocumentsAnswerer(assistant, names, plan.quotes_only)


def _describe(
    plan: Plan,
    settings: Settings,
    questions: QuestionSet,
    assistant: Assistant,
    embedder: Embedder,
) -> RunInfo:
    """Say what is run; loads the language model, so that a missing one is told at once."""
    decisive = {name: asdict(settings)[name] for name in DECISIVE}
    how: dict[str, Json] = {
        "search": plan.search,
        "quotes_only": plan.quotes_only,
        "library": str(plan.library.resolve()) if plan.library else "",
        "embedder": embedder.fingerprint,
        "chunk_tokens": MAX_TOKENS,
        "overlap_tokens": OVERLAP_TOKENS,
        "reader": _reader(settings, assistant),
    }
    return describe_run(
        questions,
        mode=plan.mode,
        limit=plan.limit,
        seed=plan.seed,
        settings=how | decisive,
        model={} if plan.quotes_only else _model(settings, assistant),
        prompts_sha256=assistant.prompts.sha256,
        started=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    )


def _reader(settings: Settings, assistant: Assistant) -> str:
    """Name the reader of passages by its file's hash, and say whether it decides."""
    from assistant.extract import shipped_extractor

    if assistant.lead is None:
        return ""
    digest = file_sha256(shipped_extractor(), settings.cache_folder)
    return f"{digest[:16]}, {'decides' if assistant.lead.decides else 'sorts'}"


def _model(settings: Settings, assistant: Assistant) -> dict[str, Any]:
    """Name the model: its file's hash, and the type its weights are loaded in."""
    import llama_cpp

    from assistant.fit import fitted_type

    info = assistant.generator().info
    named = QUANTIZATION.search(info.name)
    system = llama_cpp.llama_print_system_info().decode("utf-8", "replace")
    return {
        "name": info.name,
        "sha256": info.sha256,
        "quantization": named[1] if named else "",
        "loaded_as": fitted_type(info, settings.cache_folder) or "as is",
        "llama_cpp": f"{llama_cpp.__version__}; {' '.join(system.split())}",
    }


def _folder(info: RunInfo) -> Path:
    """Return the folder of the same run where one was left unfinished, else a new one."""
    name = re.sub(r"[^\w.-]+", "-", info.set_name).strip("-.") or "set"
    for folder in sorted(RUNS.glob(f"{name}-*"), reverse=True):
        if _unfinished(folder, info):
            return folder
    stamp = time.strftime("%Y%m%d-%H%M%S")
    return RUNS / f"{name}-{stamp}"


def _unfinished(folder: Path, info: RunInfo) -> bool:
    try:
        before = read_info(folder)
    except EvaluationError:
        return False
    return same_run(before, info) and not (folder / "metrics.json").exists()
