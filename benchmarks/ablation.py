"""What each part of an answer earns: the same questions with one part left out at a time.

    python benchmarks/ablation.py SET_FOLDER ... [--limit 60] [--only NAME ...]
        [--without RULE ...]

Every variant asks the same questions over the same library, with the language model of the
settings (CITEWELL_MODEL). `whole` is the assistant as it ships; the others lack the calibrated
silence, the model's scores, the checks of claims, the extractor, the language model (quotations
only), or one of the two ways of searching. `--without` adds a variant without one hard rule of
the verifier (`assistant/verification/contradiction.py`), by its name.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.build import assistant_for, at_risk, open_embedder
from assistant.config import read_settings
from assistant.evaluate.measures.catalog import METRICS
from assistant.evaluate.measures.figures import measure, summarize
from assistant.evaluate.reports.report_figures import shown
from assistant.evaluate.runs.answerers import DocumentsAnswerer
from assistant.evaluate.sets.libraries import document_names, library_for
from assistant.evaluate.sets.load import load_set, sample
from assistant.types import Evidence, Policy, Support, Verdict
from assistant.verification.contradiction import RULES
from assistant.verification.lexical import LexicalVerifier
from assistant.verification.verifier import ClaimVerifier
from index.search import HybridRetriever

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.evaluate.types import QuestionSet
    from assistant.pipeline import Assistant
    from index.library import Library
    from index.search import Mode
    from index.types import Embedder

FIGURES = (
    *("right", "f1", "silent_unanswerable", "wrong_when_answering"),
    *("citation_precision", "citation_recall", "total_s_p50"),
)


@dataclass(frozen=True, slots=True)
class Credulous:
    """A verifier that lets everything through that cites something."""

    def verify(self, claim: str, evidence: Evidence) -> Verdict:
        """Return supported wherever there is a quotation."""
        del claim
        return Verdict(Support.SUPPORTED if evidence.quotes else Support.UNCITED, score=1.0)


def variants(
    whole: Assistant, library: Library, embedder: Embedder
) -> dict[str, Callable[[], tuple[Assistant, bool]]]:
    """Return, by name, how to make each variant, and whether it only quotes."""

    def searching(mode: Mode) -> Assistant:
        return replace(whole, retriever=HybridRetriever(library, embedder, mode=mode))

    assert whole.lead is not None
    always = at_risk(whole.lead, 1.0)
    unscored = replace(whole.lead, scored=None)
    return {
        "whole": lambda: (whole, False),
        "no silence": lambda: (replace(whole, lead=always), False),
        "no scores": lambda: (replace(whole, lead=unscored), False),
        "free": lambda: (replace(whole, policy=Policy.FREE), False),
        "words only": lambda: (replace(whole, verifier=LexicalVerifier(embedder)), False),
        "no checks": lambda: (replace(whole, verifier=Credulous()), False),
        "no extractor": lambda: (
            replace(whole, lead=None, verifier=LexicalVerifier(embedder)),
            False,
        ),
        "bare model": lambda: (replace(whole, lead=None, verifier=Credulous()), False),
        "no model": lambda: (whole, True),
        "dense only": lambda: (searching("dense"), False),
        "lexical only": lambda: (searching("lexical"), False),
    }


def without_rules(
    whole: Assistant, rules: list[str]
) -> dict[str, Callable[[], tuple[Assistant, bool]]]:
    """Return a variant for each hard rule of the verifier that is named."""
    verifier = whole.verifier
    assert isinstance(verifier, ClaimVerifier)

    def lacking(rule: str) -> Callable[[], tuple[Assistant, bool]]:
        less = replace(verifier, without=frozenset({rule}))
        return lambda: (replace(whole, verifier=less), False)

    return {f"-{rule}": lacking(rule) for rule in rules}


def table(
    questions: QuestionSet, embedder: Embedder, only: list[str], rules: list[str]
) -> None:
    """Run the variants over a set and print a row for each."""
    settings = read_settings()
    library = library_for(questions.documents, embedder, settings.cache_folder)
    names = document_names(questions.documents)
    whole = assistant_for(library, embedder, settings)
    made = variants(whole, library, embedder) | without_rules(whole, rules)
    print(f"{questions.name}, {len(questions.questions)} questions")
    print(f"{'':14}" + "".join(f"{METRICS[name].label[:17]:>19}" for name in FIGURES))
    for name, make in made.items():
        if only and name not in only and not name.startswith("-"):
            continue
        assistant, quotes_only = make()
        answerer = DocumentsAnswerer(assistant, names, quotes_only)
        outcomes = [answerer(question) for question in questions.questions]
        found = summarize(measure(questions, outcomes), FIGURES)
        cells = (
            f"{shown(found[f].value, METRICS[f].unit) if f in found else '-':>19}"
            for f in FIGURES
        )
        print(f"{name:14}" + "".join(cells), flush=True)
    library.close()


def main() -> int:
    """Print a table for each set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("sets", nargs="+", type=Path, metavar="SET_FOLDER")
    parser.add_argument("--limit", type=int, default=60)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME")
    parser.add_argument(
        "--without", nargs="*", default=[], choices=[*RULES], metavar="RULE"
    )
    args = parser.parse_args()
    embedder = open_embedder(read_settings())
    for folder in args.sets:
        table(sample(load_set(folder), args.limit, 0), embedder, args.only, args.without)
    return 0


if __name__ == "__main__":
    sys.exit(main())
