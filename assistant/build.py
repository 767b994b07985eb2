"""Puts an assistant together from the settings; the one place that knows every part.

The language model is loaded when the first word is needed, so that searching, quoting and a
question without evidence never wait for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.catalog import catalog_entry
from assistant.confidence.calibration import Calibration
from assistant.confidence.calibrations import LEAST_PARAMETERS, calibrations_for
from assistant.confidence.gate import Gate
from assistant.encoder.embedding import EMBEDDING_SHA256, MODULES, embedding_folder
from assistant.encoder.words import words_folder
from assistant.errors import ModelMissing
from assistant.gguf import parameters_of
from assistant.models import find_model
from assistant.pipeline import Assistant, Lead
from assistant.prompt import load_prompts
from assistant.tables.lookup import Tables
from assistant.types import ModelInfo, Policy, Source
from assistant.verification.lexical import LexicalVerifier, Unchecked
from assistant.verification.verifier import ClaimVerifier, Models, load_weights
from index.embed import load_embedder
from index.errors import LibraryError
from index.library import Library
from index.lock import Patience
from index.search import HybridRetriever
from index.types import PartState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.config import Settings
    from assistant.llm.generate import LlamaGenerator
    from assistant.protocols import Generator, Verifier
    from assistant.reading.extract import Extractor
    from index.ledger import SourceInfo
    from index.types import Document, Embedder

__all__ = [
    "LibraryDocuments",
    "at_risk",
    "embedding_model",
    "open_assistant",
    "open_embedder",
    "open_generator",
]

Announce = Callable[[str], None]
KEPT_DOCUMENTS = 8
UNCALIBRATED_CONFIDENCE = 0.5
REWRITES_FROM = 1_000_000_000  # parameters; smaller models rewrite worse than the rule
FREE_FROM = 2_500_000_000  # parameters; smaller models answered worse than the span model


def quiet(_text: str) -> None:
    """Announce nothing."""


@dataclass(slots=True)
class LibraryDocuments:
    """The library as a composer sees it; the last few documents are kept in memory."""

    library: Library
    _kept: dict[str, Document] = field(default_factory=dict)
    _tables: dict[str, Tables] = field(default_factory=dict)

    def about(self, document_id: str) -> Source:
        """Return what is known of a document without its text."""
        info = self.library.source(document_id)
        if info is None:
            raise LibraryError(
                "A document was removed while it was being read.", "Ask again."
            )
        return _source(info)

    def sources(self) -> list[Source]:
        """Return what is known of all documents."""
        return [_source(info) for info in self.library.sources()]

    def document(self, document_id: str) -> Document:
        """Return the whole document; its id is its content's hash, so it never grows old."""
        found = self._kept.get(document_id) or self.library.document(document_id)
        if found is None:
            raise LibraryError(
                "A document was removed while it was being read.", "Ask again."
            )
        while len(self._kept) >= KEPT_DOCUMENTS:
            self._kept.pop(next(iter(self._kept)))
        self._kept[document_id] = found
        return found

    def tables(self, document_id: str) -> Tables:
        """Return the document's tables, ready to be looked up in."""
        if document_id not in self._tables:
            while len(self._tables) >= KEPT_DOCUMENTS:
                self._tables.pop(next(iter(self._tables)))
            source = self.about(document_id)
            about = f"{source.called}\n{source.outlet}"
            self._tables[document_id] = Tables.of(self.document(document_id), about)
        return self._tables[document_id]

    def holding(self, words: Sequence[str]) -> Mapping[str, int]:
        """Return how many passages of all documents hold each word, in any of its forms."""
        return self.library.holding(words)


def _source(info: SourceInfo) -> Source:
    return Source(
        info.id,
        info.path,
        info.title,
        info.author,
        info.date,
        info.outlet,
        info.name,
        tuple(part for part in info.parts if part.state is PartState.NOT_READ),
    )


def open_embedder(settings: Settings) -> Embedder:
    """Load the embedding model that the settings name, the bundled one by default.

    Raises ModelMissing where the bundled one was not set up yet.
    """
    model = embedding_model(settings)
    if not settings.embedding_model and not (model / MODULES).is_file():
        raise ModelMissing(f"There is no embedding model in {model}.")
    return load_embedder(
        model,
        settings.cache_folder,
        threads=settings.threads,
        expected={} if settings.embedding_model else EMBEDDING_SHA256,
    )


def embedding_model(settings: Settings) -> Path:
    """Return the folder of the embedding model, the bundled one if the settings name none."""
    named = settings.embedding_model
    return Path(named).expanduser() if named else embedding_folder(settings)


def open_generator(settings: Settings, announce: Announce = quiet) -> LlamaGenerator:
    """Load the language model that the settings name, fitted to this machine."""
    from assistant.llm.fit import fit_weights
    from assistant.llm.generate import LlamaGenerator, Sampling
    from assistant.llm.llama import EngineOptions

    path, info = find_model(settings)
    adapter = Path(settings.adapter).expanduser() if settings.adapter else None
    options = EngineOptions(
        settings.context_tokens, settings.threads, settings.kv_type, settings.gpu_layers,
        adapter,
    )  # fmt: skip
    fitted = fit_weights(path, info, options, settings.cache_folder, announce)
    sampling = Sampling(settings.temperature, settings.seed, settings.thinking_tokens)
    named = replace(info, name=f"{info.name} + {adapter.stem}") if adapter else info
    states = settings.cache_folder / "states"
    return LlamaGenerator(fitted, named, options, sampling, states)


def open_assistant(
    settings: Settings, announce: Announce = quiet
) -> tuple[Library, Assistant]:
    """Open the library and everything that answering from it needs.

    Raises LibraryMissing where there is no library yet.
    """
    library = Library.open(settings.library_folder, patience=Patience(on_wait=announce))
    embedder = open_embedder(settings)
    return library, assistant_for(library, embedder, settings, announce)


def assistant_for(
    library: Library, embedder: Embedder, settings: Settings, announce: Announce = quiet
) -> Assistant:
    """Put an assistant together over an open library."""
    extractor = open_extractor(settings)
    model = _model_of(settings)
    return Assistant(
        retriever=HybridRetriever(library, embedder),
        documents=LibraryDocuments(library),
        embedder=embedder,
        prompts=load_prompts(Path(settings.prompts) if settings.prompts else None),
        verifier=_verifier(settings, embedder, extractor),
        generator=_once(lambda: open_generator(settings, announce)),
        lead=open_lead(extractor, settings, model) if extractor else None,
        policy=model.policy,
        rewrites=(model.parameters or 0) >= REWRITES_FROM,
        passages=settings.passages,
        candidates=settings.candidates,
        answer_tokens=settings.answer_tokens,
    )


def _model_of(settings: Settings) -> _Model:
    """Return what is known of the model that the settings name."""
    try:
        path, info = find_model(settings)
    except ModelMissing:  # nothing can be written; quotations can still be found
        return _Model()
    entry = catalog_entry(info, settings.models_folder)
    parameters = entry.parameters if entry is not None else parameters_of(path)
    return _Model(policy_of(settings, info, parameters), info.fingerprint, parameters)


def _verifier(
    settings: Settings, embedder: Embedder, extractor: Extractor | None
) -> Verifier:
    if not settings.verify:
        return Unchecked()
    if extractor is None:
        return LexicalVerifier(embedder)
    return ClaimVerifier(Models(extractor, embedder), load_weights())


def open_extractor(settings: Settings) -> Extractor | None:
    """Load the extractor; what it finds is weighed with scores of the bundled embedding model.

    Without the shipped file there is none, and nothing else changes.
    """
    from assistant.reading.extract import load_extractor, shipped_extractor

    if settings.embedding_model or not shipped_extractor().is_file():
        return None
    words = words_folder(settings)
    return load_extractor(words, settings.cache_folder, settings.threads)


def open_lead(extractor: Extractor, settings: Settings, model: _Model) -> Lead:
    """Let the span model read before anything is written, as sure as the risk asks for."""
    from assistant.reading.reader import ExtractiveReader

    known = calibrations_for(settings, model.fingerprint, model.parameters)
    lead = Lead(
        ExtractiveReader(extractor),
        gate=Gate(known.found),
        scored=Gate(known.scored) if known.scored is not None else None,
    )
    return at_risk(lead, settings.risk)


def at_risk(lead: Lead, risk: float) -> Lead:
    """Return the same lead, as sure as it has to be for this share of wrong answers."""
    scored = _gate_at(lead.scored, risk) if lead.scored is not None else None
    return replace(lead, gate=_gate_at(lead.gate, risk), scored=scored)


def _gate_at(gate: Gate, risk: float) -> Gate:
    least = UNCALIBRATED_CONFIDENCE
    if risk >= 1:
        least = 0.0
    elif isinstance(gate.judge, Calibration):
        least = gate.judge.threshold(risk)
    return replace(gate, least_confidence=least)


def policy_of(settings: Settings, info: ModelInfo, parameters: int | None) -> Policy:
    """Return how far a model is trusted: as set, as the catalog says, or by its size."""
    if settings.policy:
        return Policy(settings.policy)
    entry = catalog_entry(info, settings.models_folder)
    if entry is not None:
        return entry.policy
    if parameters is None:
        return Policy.GUIDED
    if parameters < LEAST_PARAMETERS:
        return Policy.EXTRACTIVE
    return Policy.FREE if parameters >= FREE_FROM else Policy.GUIDED


@dataclass(frozen=True, slots=True)
class _Model:
    """What has to be known of a language model before it is loaded."""

    policy: Policy = Policy.GUIDED
    fingerprint: str = ""
    parameters: int | None = None


def _once(load: Callable[[], Generator]) -> Callable[[], Generator]:
    """Load at the first call, also when two threads call at once."""
    lock = threading.Lock()
    loaded: list[Generator] = []

    def get() -> Generator:
        with lock:
            if not loaded:
                loaded.append(load())
            return loaded[0]

    return get
