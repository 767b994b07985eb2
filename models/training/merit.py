"""Fit the weights of `assistant.reading.merit` on sets of questions whose answers are known.

    python -m models.training.merit SET [SET ...]

Each question is searched and read as it would be when asked. The findings of one question
compete in a softmax over the weighted grounds; the target is shared among those whose
sentence holds a gold answer, more of it going to the ones nearest to the gold words. Prints
the weights, and how often the first finding is right before and after, where "after" is
measured on documents that the fit did not see.
"""

from __future__ import annotations

import argparse
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]

from assistant.build import assistant_for, open_embedder
from assistant.config import Settings
from assistant.evaluate.measures.adversarial import planted_answers
from assistant.evaluate.measures.answers import contains_gold, token_f1
from assistant.evaluate.measures.gold import groups_of
from assistant.evaluate.measures.score import right_text
from assistant.evaluate.sets.libraries import document_names, library_for
from assistant.evaluate.sets.load import load_set
from assistant.pipeline import Question as Asked
from assistant.reading.focus import around
from assistant.reading.merit import Grounds, grounds
from assistant.types import Retrieved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from assistant.evaluate.types import Question
    from assistant.types import Finding
    from index.types import Embedder

    Floats = NDArray[np.float64]

FOLDS = 5
PENALTY = 0.01  # of the squared weights of standardised grounds
LEAST_SHARE = (
    0.3  # of the target, for a finding whose sentence is right and whose words are not
)


@dataclass(frozen=True, slots=True)
class Example:
    """An answerable question: grounds (n, 8), right (n) and token F1 (n) of its findings."""

    set_name: str
    group: str
    x: Floats
    right: Floats
    f1: Floats
    first: int  # the finding with the reader's highest logit


def examples(folder: Path, embedder: Embedder, settings: Settings) -> Iterator[Example]:
    """Search and read for every answerable question of a set."""
    questions = load_set(folder)
    names = document_names(questions.documents)
    library = library_for(questions.documents, embedder, settings.cache_folder)
    assistant = assistant_for(library, embedder, settings)
    asked = [q for q in questions.questions if q.answerable]
    for question, group in zip(asked, groups_of(asked), strict=True):
        wanted = set(question.contexts)
        documents = tuple(i for i, ids in names.items() if wanted & set(ids))
        stream = assistant.stream(
            Asked(question.question, documents=documents or None, quotes_only=True)
        )
        found = next(stream)
        if isinstance(found, Retrieved) and found.findings:
            yield _example(question, found, questions.name, f"{questions.name}/{group}")


def _example(question: Question, found: Retrieved, name: str, group: str) -> Example:
    made = list(grounds(question.question, found.passages, found.findings))
    judged = [_judged(question, found, finding) for finding in found.findings]
    x = np.array([astuple(each) for each in made])
    right, f1 = np.array(judged).T
    return Example(name, group, x, right, f1, int(x[:, 0].argmax()))


def _judged(question: Question, found: Retrieved, finding: Finding) -> tuple[float, float]:
    """Return whether the finding's sentence is right, and the token F1 of its words."""
    passage = next(p for p in found.passages if p.number == finding.passage)
    sentence = around(passage, finding.span, 0).chunk.text
    gold = (*question.answers, *planted_answers(question))
    right = right_text(sentence, question) or contains_gold(sentence, gold)
    return float(right), token_f1(finding.text, gold)


def fit(chosen: Sequence[Example]) -> Floats:
    """Return the weights (8,) that make the right findings likeliest."""
    every = np.concatenate([e.x for e in chosen])
    scale = every.std(axis=0)
    scored = [(e.x / scale, e.right * (LEAST_SHARE + e.f1)) for e in chosen]
    pairs = [(z, t / t.sum()) for z, t in scored if t.sum()]

    def loss(w: Floats) -> tuple[float, Floats]:
        total, slope = PENALTY * float(w @ w), 2 * PENALTY * w
        for z, target in pairs:
            merits = z @ w
            p = np.exp(merits - merits.max())
            p /= p.sum()
            total -= float(target @ np.log(p + 1e-9)) / len(pairs)
            slope = slope - z.T @ (target - p) / len(pairs)
        return total, slope

    found: Floats = minimize(loss, np.zeros(every.shape[1]), jac=True).x / scale
    return found


def report(chosen: Sequence[Example]) -> None:
    """Print the weights, and what they do for questions they were not fitted on."""
    after = np.zeros(len(chosen), dtype=int)
    groups = [e.group for e in chosen]
    for seen, unseen in GroupKFold(FOLDS).split(groups, groups=groups):
        weights = fit([chosen[i] for i in seen])
        for i in unseen:
            after[i] = int((chosen[i].x @ weights).argmax())
    for name in [*dict.fromkeys(e.set_name for e in chosen), ""]:
        some = [i for i, e in enumerate(chosen) if name in {"", e.set_name}]
        before = [(chosen[i], chosen[i].first) for i in some]
        now = [(chosen[i], int(after[i])) for i in some]
        print(f"{name or 'all':22} {len(some):4} right {_means(before)} -> {_means(now)}")
    weights = fit(chosen)
    for field, weight in zip(fields(Grounds), weights, strict=True):
        print(f"{field.name:10} {weight:.2f}")


def _means(picked: Sequence[tuple[Example, int]]) -> str:
    right = np.mean([e.right[i] for e, i in picked])
    return f"{right:.3f} (F1 {np.mean([e.f1[i] for e, i in picked]):.3f})"


def main() -> None:
    """Fit on the sets that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("sets", nargs="+", type=Path, metavar="SET")
    args = parser.parse_args()
    settings = Settings(risk=1.0)
    embedder = open_embedder(settings)
    report([e for folder in args.sets for e in examples(folder, embedder, settings)])


if __name__ == "__main__":
    main()
