"""How many false claims the verifier lets through, and how many true ones it keeps.

    python benchmarks/verification.py SET_FOLDER ... [--limit 200] [--rules]
    python benchmarks/verification.py --examples FILE ... [--rules]

True claims come from the sentence that holds a question's gold answer: the whole sentence,
the clause with the answer, and the answer alone as the reply to its question. False ones are
the same changed by rule (`assistant.evaluate.measures.corruption`), and the answer of another
question in the place of the right one: one that stands elsewhere, and, hardest, a name of
the very same sentence. Each claim is judged against the gold sentence, its paragraph, and
the document's title, as in an answer. Examples are those of `models.training.entailment_data`,
such as what language models wrote. With `--rules` each rule is switched off in turn.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.build import open_embedder, open_extractor
from assistant.config import Settings
from assistant.evaluate.measures.corruption import NAME, corrupt
from assistant.evaluate.sets.load import load_set, sample
from assistant.evaluate.types import Role
from assistant.text.words import clauses
from assistant.types import Evidence, Support
from assistant.verification.contradiction import RULES
from assistant.verification.lexical import LexicalVerifier
from assistant.verification.verifier import ClaimVerifier, Models, load_weights
from index.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
    parser.add_argument("sets", nargs="*", type=Path, metavar="SET_FOLDER")
    parser.add_argument("--examples", nargs="*", type=Path, default=[], metavar="FILE")
    parser.add_argument("--limit", type=int, default=200, help="questions of each set")
    parser.add_argument("--rules", action="store_true", help="switch off each rule in turn")
    args = parser.parse_args()
    judges = verifiers(rules=args.rules)
    for folder in args.sets:
        questions = sample(load_set(folder), args.limit, 0)
        show(questions.name, list(cases(questions, random.Random(0))), judges)
    for path in args.examples:
        show(path.stem, list(written(path)), judges)
    return 0


def show(name: str, known: Sequence[Case], judges: Mapping[str, Verifier]) -> None:
    """Print a table of one set: a row for each kind of claim, a column for each verifier."""
    columns = [shares(known, judge) for judge in judges.values()]
    print(f"{name:26}" + "".join(f"{each:>12}" for each in judges))
    for (true, kind), n in sorted(columns[0][1].items(), reverse=True):
        row = "".join(f"{share[true, kind]:12.1%}" for share, _ in columns)
        print(f"  {'true ' if true else 'false'} {kind:18}{row} of {n}")


def written(path: Path) -> Iterator[Case]:
    """Yield the claims of a file of examples, one JSON object a line."""
    for line in path.open(encoding="utf-8"):
        held = json.loads(line)
        evidence = Evidence(
            tuple(held["quotes"]), held["context"], held["about"], held["question"]
        )
        yield Case(held["kind"].partition(" ")[0], held["claim"], evidence, held["true"])


def verifiers(*, rules: bool = False) -> dict[str, Verifier]:
    """Return what is compared: words alone, learned, and that without each rule."""
    settings = Settings()
    embedder, extractor = open_embedder(settings), open_extractor(settings)
    if extractor is None:
        raise SystemExit("The span model is missing: run citewell setup.")
    learned = ClaimVerifier(Models(extractor, embedder), load_weights())
    found: dict[str, Verifier] = {"words": LexicalVerifier(embedder), "learned": learned}
    if rules:
        for name in RULES:
            found[f"-{name}"] = replace(learned, without=frozenset({name}))
    return found


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
