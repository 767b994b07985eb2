"""Documents of one pattern: is a question about one of them answered from another?

    python benchmarks/lookalikes.py

Twenty discharge letters, twenty agreements with suppliers, twenty entries about bridges,
the reports of twenty years, twenty news items and twenty disputes are invented, those of a
kind with the same sentences and other names, years and figures. Questions are asked with all
documents there, without the passage that answers, and of names and years of which there is
no document; the last two are to be met with silence. In the second column nothing looks for
another name or year in the place of the one asked for, nor for who says something or whose
an office is.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from assistant.config import Settings
from assistant.evaluate.runs.plan import Plan, Watch
from assistant.evaluate.session import evaluate
from assistant.evaluate.types import Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.evaluate.runs.run import Run

COUNT = 20
FIRST = "Ada Bo Cleo Dario Elin Falk Greta Hugo Ines Jarl Kira Levin Mona Nils Orla Pavel"
FIRST += " Runa Sven Tilda Uwe"
LAST = "Moll Hale Brandt Ostrow Fenn Lindqvist Marek Voss Tarn Quist Rusk Zell Varga Holm"
LAST += " Pryce Sato Ibsen Keller Nowak Ames"
FIRMS = (
    "Orrin Tarnwick Kestrel Zenit Halvor Bramble Lumen Corvid Delphin Ember Fjord Gannet"
)
FIRMS += " Harrow Isolde Juno Krait Larch Merrow Nimbus Osprey"
ILL = "asthma gout migraine anaemia bronchitis insomnia eczema".split()

Entry = tuple[str, str, list[tuple[str, str]]]  # title, text, questions with their answers


def letter(i: int) -> Entry:
    """Invent a discharge letter; its sentences name the patient nowhere."""
    name, doctor = f"{FIRST.split()[i]} {LAST.split()[i]}", LAST.split()[-1 - i]
    ill, dose, back = ILL[i % len(ILL)], f"{10 + 5 * i} mg", f"{i % 27 + 2} April 2024"
    text = (
        f"Discharge letter\n\nPatient: {name}\nAdmitted: {i % 28 + 1} March 2024\n\nThe "
        f"patient was admitted with {ill} and fever. On the second day {dose} of corvatin was "
        f"given, and the fever fell. The patient may return to work on {back}. Dr {doctor} "
        "will see the patient again in six weeks."
    )
    asked = [
        (f"What dose of corvatin was {name} given?", dose),
        (f"With what was {name} admitted?", f"{ill} and fever"),
        (f"When may {name} return to work?", back),
    ]
    return f"Discharge letter {name}", text, asked


def agreement(i: int) -> Entry:
    """Invent an agreement; only its first sentence names the supplier."""
    name = f"{FIRMS.split()[i]} {('Ltd', 'Lines', 'Partners')[i % 3]}"
    fee, notice, most = f"{1200 + 137 * i} crowns", f"{10 + i} days", f"{50 + i} thousand"
    text = (
        f"This agreement is made between the Harbour Board and {name}, hereinafter the "
        "Supplier.\n\n1. The Supplier delivers its services to the Board from 1 May 2023.\n\n"
        f"2. The Board pays the Supplier a monthly fee of {fee}, due at the end of each "
        f"month.\n\n3. Either party may terminate this agreement with a notice of {notice}. "
        f"The Supplier is liable for damage up to {most} crowns."
    )
    asked = [
        (f"What monthly fee does the Board pay to {name}?", fee),
        (f"What is the notice period of the contract with {name}?", notice),
        (f"Up to which amount is {name} liable?", f"{most} crowns"),
    ]
    return f"Service agreement {name}", text, asked


def bridge(i: int) -> Entry:
    """Invent an entry about a bridge."""
    name, engineer = (
        f"{FIRMS.split()[i]} Bridge",
        f"{FIRST.split()[i]} {LAST.split()[-1 - i]}",
    )
    opened, cost = 1850 + 7 * i, f"{3 + i} million crowns"
    text = (
        f"The {name} crosses the river at {LAST.split()[i]}stad. It was opened in {opened} "
        f"and carries trams. The engineer {engineer} designed it with three arches. In "
        f"{opened + 60} it was widened at a cost of {cost}."
    )
    asked = [
        (f"When was the {name} opened?", str(opened)),
        (f"Who designed the {name}?", engineer),
        (f"What did the widening of the {name} cost?", cost),
    ]
    return name, text, asked


def report(i: int) -> Entry:
    """Invent the report of a year."""
    year = 2001 + i
    profit, people = f"{210 + 13 * i} thousand crowns", f"{41 + 3 * i} people"
    guests = f"{9000 + 411 * i} passengers"
    text = (
        f"Tarn Ferry has closed its books for {year}. The year ended with a profit of "
        f"{profit}. The boats carried {guests}, and at the end of {year} the company "
        f"employed {people}. The board thanks all of them."
    )
    asked = [
        (f"What was the profit of Tarn Ferry in {year}?", profit),
        (f"How many passengers did Tarn Ferry carry in {year}?", guests),
        (f"How many people did Tarn Ferry employ at the end of {year}?", people),
    ]
    return f"Annual report {year}", text, asked


def news(i: int) -> Entry:
    """Invent a news item in which two people speak of one matter, and of others."""
    one, other = f"{FIRST.split()[i]} {LAST.split()[i]}", LAST.split()[-1 - i]
    town, trees = f"{FIRMS.split()[i]}stad", f"{110 + 23 * i} trees"
    cars, week = f"{900 + 70 * i} cars a day", f"{30 + i} days"
    text = (
        f"The council of {town} spoke about the ring road again. It would cost {trees}, said "
        f"{one}, who leads the foresters. “The old road is too narrow. It was built for "
        f"{cars},” the engineer Dr {other} told the council. The pool, {other} added, would "
        f"stay closed for {week}. Nobody spoke against it."
    )
    asked = [
        (f"What did {one} say about trees?", trees),
        (f"What did Dr {other} say about the old road?", cars),
        (f"What did Dr {other} tell the council about the pool?", week),
    ]
    return f"News from {town}", text, asked


def dispute(i: int) -> Entry:
    """Invent a report in which two countries disagree, each with a minister."""
    one, other = f"{LAST.split()[i]}land", f"{FIRMS.split()[i]}ia"
    first, second = f"{FIRST.split()[i]} {LAST.split()[-1 - i]}", FIRST.split()[-1 - i]
    many, more = f"{1200 + 310 * i}", f"{5100 + 470 * i}"
    text = (
        f"Trains with tents have been seen near the border town of {FIRST.split()[i]}burg. "
        f"{one} said that {many} soldiers were taking part in the exercise. {other} put the "
        f"number at {more}. {one}'s foreign minister, {first}, spoke of a routine. {other} "
        f"sees it otherwise. Its foreign minister, {second} Tamm, showed pictures."
    )
    asked = [
        (f"How many soldiers are taking part according to {one}?", many),
        (f"How many soldiers are taking part according to {other}?", more),
        (f"Who is the foreign minister of {one}?", first),
        (f"Who is the foreign minister of {other}?", f"{second} Tamm"),
    ]
    return f"{one} and {other} at odds over {FIRST.split()[i]}burg", text, asked


def write_set(folder: Path, entries: list[Entry], *, known: int = COUNT) -> Path:
    """Write a set of the first `known` documents; of the others only the questions."""
    documents, questions = [], []
    for i, (title, text, asked) in enumerate(entries):
        if i < known:
            documents.append({"id": f"{i}", "title": title, "text": text})
        if i >= known or known == COUNT:
            questions += [
                _question(f"{i}-{j}", text, question, answer if i < known else "")
                for j, (question, answer) in enumerate(asked)
            ]
    folder.mkdir(parents=True)
    for name, rows in (("docs", documents), ("questions", questions)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, "utf-8")
    return folder


def _question(key: str, text: str, question: str, answer: str) -> dict[str, Any]:
    row: dict[str, Any] = {"id": key, "question": question, "answerable": bool(answer)}
    if not answer:
        return row
    start = text.index(answer)
    span = {"doc": key.partition("-")[0], "start": start, "end": start + len(answer)}
    return row | {"answers": [answer], "evidence": [span | {"role": "answer"}]}


def without_rules() -> ExitStack:
    """Let nothing look for names, times and speakers until the returned stack is closed."""
    stack = ExitStack()
    for place in (
        "assistant.reading.merit.other_names",
        "assistant.reading.merit.other_times",
        "assistant.text.differences.other_names",
        "assistant.reading.lookup.names_asked",
        "assistant.reading.reader.statements_asked_for",
    ):
        stack.enter_context(patch(place, return_value=[]))
    for place, nobody in (
        ("assistant.confidence.features.speaker_asked_for", ""),
        ("assistant.reading.according.source_asked_for", ""),
        ("assistant.reading.merit.of_another", False),
    ):
        stack.enter_context(patch(place, return_value=nobody))
    return stack


def figures(folder: Path, entries: list[Entry]) -> Iterator[tuple[str, float]]:
    """Yield what is measured of one kind of document."""
    whole = write_set(folder / "whole", entries)
    half = write_set(folder / "half", entries, known=COUNT // 2)
    for name, path, mode, figure in (
        ("answered right, all there", whole, Mode.DOCUMENTS, "right"),
        ("silent, passage withheld", whole, Mode.WITHHELD, "silent_unanswerable"),
        ("silent, no such document", half, Mode.DOCUMENTS, "silent_unanswerable"),
    ):
        plan = Plan(path, mode, quotes_only=True, output=folder / name.replace(" ", "-"))
        done, _ = evaluate(plan, Settings(), Watch())
        yield name, _share(done, figure)


def _share(done: Run, figure: str) -> float:
    found = json.loads((done.folder / "metrics.json").read_text("utf-8"))["figures"]
    return float(found[figure]["value"])


def main() -> int:
    """Ask all questions with and without these rules, and print the shares."""
    kinds: list[Callable[[int], Entry]]
    kinds = [letter, agreement, bridge, report, news, dispute]
    print(f"{'':42}{'with':>8}{'without':>9}")
    for kind in kinds:
        entries = [kind(i) for i in range(COUNT)]
        with tempfile.TemporaryDirectory() as folder:
            own = dict(figures(Path(folder) / "with", entries))
            with without_rules():
                bare = dict(figures(Path(folder) / "without", entries))
        for name, share in own.items():
            print(f"{kind.__name__ + ', ' + name:42}{share:8.0%}{bare[name]:9.0%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
