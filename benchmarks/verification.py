"""How many false claims the verifier lets through, and how many true ones it keeps.

    python benchmarks/verification.py SET_FOLDER ... [--limit 200]

True claims come from the sentence that holds a question's gold answer: the whole sentence,
the clause with the answer, and the answer alone as the reply to its question. False ones are
the same changed by rule (`assistant.evaluate.measures.corruption`), and the answer of another
question in the place of the right one: one that stands elsewhere, and, hardest, a name of
the very same sentence. Each claim is judged against the gold sentence, its paragraph, and
the document's title, as in an answer.
"""

from __future__ import annotations

import argparse
import functools
import random
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answering.answer_check import AnswerCheck
from assistant.answering.verify import LexicalVerifier
from assistant.build import open_embedder
from assistant.config import Settings
from assistant.encoder.words import words_folder
from assistant.evaluate.measures.corruption import NAME, corrupt
from assistant.evaluate.sets.load import load_set, sample
from assistant.evaluate.types import Role
from assistant.reading.extract import load_extractor
from assistant.text.words import clauses
from assistant.types import Evidence, Support
from index.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.evaluate.types import Question, QuestionSet
    from assistant.protocols import Verifier

AROUND = 600  # characters of context on either side


@dataclass(frozen=True, slots=True)
class Case:
    """A claim whose truth is known."""

    kind: str
    claim: str
    evidence: Evidence
    true: bool


def cases(questions: QuestionSet, rng: random.Random) -> Iterator[Case]:
    """Yield the claims of a set."""
    asked = [q for q in questions.questions if q.answerable and q.answers]
    for question in asked:
        found = gold_sentence(question, questions)
        if found is None:
            continue
        quote, answer, around, title = found
        evidence = Evidence((quote,), around, title, question.question)
        yield Case("sentence", quote, evidence, true=True)
        for clause in clauses(quote):
            if answer in clause and clause != quote:
                yield Case("clause", clause, evidence, true=True)
        yield Case("answer alone", answer, evidence, true=True)
        yield from false_ones(question, asked, found, evidence, rng)


def false_ones(
    question: Question,
    asked: Sequence[Question],
    found: tuple[str, str, str, str],
    evidence: Evidence,
    rng: random.Random,
) -> Iterator[Case]:
    """Yield false claims about what a sentence says."""
    quote, answer, around, _title = found
    for kind, claim in corrupt(quote, [around], rng).items():
        yield Case(kind, claim, evidence, true=False)
    said = quote.casefold()
    strangers = [
        other.answers[0]
        for other in asked
        if other is not question and other.answers[0].casefold() not in said
    ]
    if strangers:
        yield Case("another's answer", rng.choice(strangers), evidence, true=False)
    beside = [
        m.group()
        for m in NAME.finditer(quote)
        if m.group() not in answer and answer not in m.group()
    ]
    beside = [name for name in beside if name not in question.question]
    if beside:
        yield Case("name beside it", rng.choice(beside), evidence, true=False)


def gold_sentence(
    question: Question, questions: QuestionSet
) -> tuple[str, str, str, str] | None:
    """Return the sentence of the gold answer, the answer, its surroundings and the title."""
    for gold in question.evidence:
        document = questions.documents[gold.doc]
        answer = gold.span.text_of(document.text)
        if gold.role is not Role.ANSWER or answer not in question.answers:
            continue
        start = max(gold.span.start - AROUND, 0)
        around = document.text[start : gold.span.end + AROUND]
        for span in sentences(around):
            if span.contains(gold.span.shifted(-start)):
                return span.text_of(around), answer, around, document.title
    return None


def main() -> int:
    """Judge every claim and print the shares marked supported."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("sets", nargs="+", type=Path, metavar="SET_FOLDER")
    parser.add_argument("--limit", type=int, default=200, help="questions of each set")
    args = parser.parse_args()
    for folder in args.sets:
        questions = sample(load_set(folder), args.limit, 0)
        known = list(cases(questions, random.Random(0)))
        columns = [shares(known, verifier) for verifier in verifiers().values()]
        print(f"{questions.name:26}" + "".join(f"{name:>12}" for name in verifiers()))
        for (true, kind), n in sorted(columns[0][1].items(), reverse=True):
            row = "".join(f"{share[true, kind]:12.1%}" for share, _ in columns)
            print(f"  {'true ' if true else 'false'} {kind:18}{row} of {n}")
    return 0


@functools.cache
def verifiers() -> dict[str, Verifier]:
    """Return what is compared: words alone, and words with the extractor's reading."""
    settings = Settings()
    words = LexicalVerifier(open_embedder(settings))
    extractor = load_extractor(words_folder(settings), settings.cache_folder)
    return {"words": words, "and reading": AnswerCheck(words, extractor)}


def shares(
    known: Sequence[Case], verifier: Verifier
) -> tuple[dict[tuple[bool, str], float], Counter[tuple[bool, str]]]:
    """Return, by truth and kind, the share marked supported, and of how many."""
    total: Counter[tuple[bool, str]] = Counter()
    supported: Counter[tuple[bool, str]] = Counter()
    for case in known:
        verdict = verifier.verify(case.claim, case.evidence)
        for key in ((case.true, case.kind), (case.true, "all")):
            total[key] += 1
            supported[key] += verdict.support is Support.SUPPORTED
    return {key: supported[key] / n for key, n in total.items()}, total


if __name__ == "__main__":
    sys.exit(main())
