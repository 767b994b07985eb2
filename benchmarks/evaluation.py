"""What evaluating costs beside answering: rows, scores, intervals and report of one run.

    python benchmarks/evaluation.py SET [--run RUN] [--seconds 1.5]

With --run, the outcomes of that run are played back through all of it and compared with the
seconds they took to make. Without, outcomes are made up from the gold and each question is
taken to have cost --seconds. Prints the share of the whole; the aim is under 5 %.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from assistant.evaluate.measures.gold import citation_gold
from assistant.evaluate.reports.report import write_report
from assistant.evaluate.runs.run import load_run, run
from assistant.evaluate.runs.run_info import describe_run
from assistant.evaluate.sets.load import load_set
from assistant.evaluate.types import (
    ClaimTrace,
    Outcome,
    Place,
    Prediction,
    Question,
    QuestionSet,
    Quote,
    Ranked,
    Trace,
)

LIMIT = 0.05
PASSAGE = 900  # characters
HITS = 10


def made_up(questions: QuestionSet, seconds: float) -> dict[str, Outcome]:
    """Return an outcome for every question: ten passages, a citation, one claim."""
    documents = list(questions.documents.values())
    outcomes = {}
    for i, question in enumerate(questions.questions):
        gold = citation_gold(question)
        nearby = [documents[(i + n) % len(documents)] for n in range(HITS)]
        places = [*gold[:1], *(Place(d.id, 0, min(PASSAGE, len(d.text))) for d in nearby)][
            :HITS
        ]
        place = places[0]
        words = questions.documents[place.doc].text[place.start : place.end]
        answer = f"According to the text, {(question.answers or ('nothing',))[0]} [1]."
        hits = tuple(Ranked(p.doc, p.start, p.end, 1 / n) for n, p in enumerate(places, 1))
        outcomes[question.id] = Outcome(
            Prediction(
                id=question.id,
                answer=answer,
                abstained=i % 4 == 0,
                confidence=(i % 97) / 97,
                citations=(Quote(place.doc, place.start, place.end, words),),
                retrieved=hits,
                ttft_s=seconds / 2,
                total_s=seconds,
            ),
            Trace(
                question.id,
                (ClaimTrace(0, len(answer), "supported", (0,)),),
                tuple(places[:4]),
            ),
        )
    return outcomes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", type=Path)
    parser.add_argument("--run", type=Path)
    parser.add_argument("--seconds", type=float, default=1.5)
    arguments = parser.parse_args()
    began = time.perf_counter()
    questions = load_set(arguments.set)
    read = time.perf_counter() - began
    if arguments.run:
        known = {o.prediction.id: o for o in load_run(arguments.run).outcomes}
        asked = tuple(q for q in questions.questions if q.id in known)
        questions = replace(questions, questions=asked)
    else:
        known = made_up(questions, arguments.seconds)

    def answerer(question: Question) -> Outcome:
        return known[question.id]

    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        done = run(questions, answerer, Path(folder), describe_run(questions))
        scored = time.perf_counter() - began
        began = time.perf_counter()
        write_report(done, questions)
        reported = time.perf_counter() - began
    answering = sum(o.prediction.total_s for o in known.values())
    evaluating = read + scored + reported
    share = evaluating / (evaluating + answering)
    print(
        f"{len(questions.questions)} questions, seconds: reading the set {read:.2f}, rows, "
        f"scores and intervals {scored:.2f}, report {reported:.2f}, answering {answering:.2f}"
    )
    print(f"share of evaluating     {share:8.2%} (aim: under {LIMIT:.0%})")
    return int(share >= LIMIT)


if __name__ == "__main__":
    sys.exit(main())
