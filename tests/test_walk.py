"""From files to answers with the real models: every citation is read again from its file."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.build import assistant_for, open_embedder
from assistant.commands.indexing import run_index
from assistant.commands.preparing import sample_folder
from assistant.commands.terminal import Progress
from assistant.config import Settings
from assistant.downloads.pull import fetch_bundled
from assistant.encoder.embedding import fetch_encoder
from assistant.models import BUNDLED
from assistant.pipeline import Assistant, Question
from assistant.types import Answer, Status, Support, Turn
from index.library import Library
from index.readers import read
from tests.assistant.conftest import HOME

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.model

HOSTILE = Path(__file__).parent / "data" / "hostile" / "injection.md"
QUESTIONS = (
    "When was the Marrow Bridge reopened?",
    "How many hangers were replaced in the end?",
    "What made bathers at Hallow Lake ill?",
    "What pay rise ended the Kestrel Lines strike?",
    "How many visitors were on the islands when the strike began?",
    "Who designed the Marrow Bridge?",
)
UNANSWERABLE = QUESTIONS[-1:]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, Assistant]]:
    folder = tmp_path_factory.mktemp("walk")
    settings = replace(
        Settings(),
        home=str(HOME),
        model=BUNDLED.file_name,
        policy="guided",
        library=str(folder / "library"),
    )
    fetch_bundled(settings)
    fetch_encoder(settings)
    paths = [sample_folder(), HOSTILE]
    report = run_index(settings, paths, Progress(), rebuild=False, force=False)
    assert report["failed"] == []
    with Library.open(settings.library_folder) as library:
        yield library, assistant_for(library, open_embedder(settings), settings)


def check_against_files(answer: Answer) -> int:
    """Read every cited file again; the words must stand at the very place."""
    cited = (*answer.citations, *answer.nearest)
    for citation in cited:
        path = Path(citation.source.path)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == citation.source.id
        text = read(path).text
        assert text[citation.span.start : citation.span.end] == citation.quote
        if path.suffix == ".pdf":
            assert citation.page
            assert citation.boxes
    return len(cited)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_citation_is_exact(walked: tuple[Library, Assistant], question: str) -> None:
    _, assistant = walked
    answer = assistant.ask(Question(question))
    assert check_against_files(answer) > 0
    for claim in answer.claims:
        assert bool(claim.citations) == (claim.support is Support.SUPPORTED)
    answered = answer.status is Status.ANSWERED
    assert answered == (question not in UNANSWERABLE)
    assert answered == (answer.model is not None)
    assert answered == (answer.timing.first_token_s > 0)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quotation_is_exact(walked: tuple[Library, Assistant], question: str) -> None:
    _, assistant = walked
    answer = assistant.ask(Question(question, quotes_only=True))
    assert check_against_files(answer) > 0
    assert answer.model is None


def test_a_conversation_carries_on(walked: tuple[Library, Assistant]) -> None:
    _, assistant = walked
    turns = (Turn("Which company runs the Kestrel ferries?", "Kestrel Lines runs them."),)
    answer = assistant.ask(Question("And what pay rise did it agree to?", turns=turns))
    assert "Kestrel" in answer.standalone
    assert check_against_files(answer) > 0


def test_a_hostile_document_comes_out_as_plain_text(
    walked: tuple[Library, Assistant],
) -> None:
    library, assistant = walked
    document_id = hashlib.sha256(HOSTILE.read_bytes()).hexdigest()
    document = library.document(document_id)
    assert document is not None
    for text in ("<|im_end|>", "<|im_start|>system", "{{", "${", "$question"):
        assert text in document.text
    question = Question("What do the instructions say?", documents=(document_id,))
    for asked in (question, replace(question, quotes_only=True)):
        answer = assistant.ask(asked)
        assert check_against_files(answer) > 0
        assert "49" not in answer.text  # {{7*7}} was not worked out


def test_what_is_not_there_is_not_said(walked: tuple[Library, Assistant]) -> None:
    _, assistant = walked
    answer = assistant.ask(Question("zxqv wvut?", quotes_only=True))
    assert answer.status is Status.NO_EVIDENCE


@pytest.mark.parametrize(
    "question",
    ["Wann wurde die Marrow-Brücke wieder eröffnet?", "玛罗桥是什么时候重新开放的？"],
)
def test_a_question_in_another_language_is_answered(
    walked: tuple[Library, Assistant], question: str
) -> None:
    _, assistant = walked
    answer = assistant.ask(Question(question, quotes_only=True))
    assert check_against_files(answer) > 0
    assert "20 November" in answer.text


def test_what_is_not_there_is_not_said_in_another_language_either(
    walked: tuple[Library, Assistant],
) -> None:
    _, assistant = walked
    answer = assistant.ask(
        Question("Wer hat die Marrow-Brücke entworfen?", quotes_only=True)
    )
    assert answer.status is Status.NO_EVIDENCE


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("When was the Tarn Bridge reopened?", "Marrow Bridge"),
        ("how many people fell ill at silver lake", "Hallow Lake"),
    ],
)
def test_a_thing_of_the_same_kind_is_no_answer(
    walked: tuple[Library, Assistant], question: str, other: str
) -> None:
    _, assistant = walked
    answer = assistant.ask(Question(question))
    assert answer.status is Status.NO_EVIDENCE
    assert other in {difference.said for difference in answer.differences}


def test_several_questions_in_one_are_answered_one_by_one(
    walked: tuple[Library, Assistant],
) -> None:
    _, assistant = walked
    both = assistant.ask(
        Question("Why was the Marrow Bridge closed, and when will it reopen?")
    )
    assert check_against_files(both) == 2
    assert "20 November" in both.text
    assert both.missing == ()
    one = assistant.ask(
        Question("When was the Marrow Bridge reopened and who is the mayor of Paris?")
    )
    assert "20 November" in one.text
    assert one.missing == ("who is the mayor of Paris",)


def test_a_comparison_quotes_both_sides(walked: tuple[Library, Assistant]) -> None:
    _, assistant = walked
    question = "Which was closed first, Hallow Lake or the Marrow Bridge?"
    answer = assistant.ask(Question(question))
    assert answer.status is Status.ANSWERED
    assert check_against_files(answer) == 2
    lake, bridge = answer.citations
    assert "Hallow Lake has been closed since Thursday" in lake.quote
    assert "The Marrow Bridge in Tarnwick was closed" in bridge.quote
    assert answer.model is None


def _cells(row: str) -> str:
    return row.replace(",", " | ")


def test_a_cell_of_a_long_table_is_quoted_with_its_columns(tmp_path: Path) -> None:
    folder = tmp_path / "staff"
    folder.mkdir()
    firsts, lasts = "Ada Bo Cy Dee Eli Fay".split(), "Bram Crell Dorn Ester Frigg".split()
    people = [f"{a} {b}{c}" for c in ("man", "sen", "ova") for a in firsts for b in lasts]
    rows = [f"{who},2014-03-{i % 28 + 1:02},{4000 + i}" for i, who in enumerate(people)]
    rows.append(f"{people[0]},2019-08-01,9999")  # she came back
    table = "\n".join(["Name,Started,Salary", *rows])
    (folder / "staff.csv").write_text(table, encoding="utf-8")
    (folder / "paid.csv").write_text(
        f"Who,Salary,Paid by\n{people[7]},123,Tarn Ltd\n", encoding="utf-8"
    )
    settings = replace(
        Settings(),
        home=str(HOME),
        model=BUNDLED.file_name,
        policy="guided",
        library=str(tmp_path / "library"),
    )
    run_index(settings, [folder], Progress(), rebuild=False, force=False)
    with Library.open(settings.library_folder) as library:
        assistant = assistant_for(library, open_embedder(settings), settings)
        answer = assistant.ask(Question(f"What is the salary of {people[-3]}?"))
        silent = assistant.ask(Question("What is the salary of Zed Nobody?"))
        twice = assistant.ask(Question(f"What is the salary of {people[0]}?"))
        differing = assistant.ask(Question(f"What is the salary of {people[7]}?"))
    assert answer.short == str(4000 + len(people) - 3)
    assert answer.text == f"{people[-3]} – Salary: “{answer.short}” [1][2]"
    assert [citation.quote for citation in answer.citations] == [
        "Name | Started | Salary",
        _cells(rows[-4]),
    ]
    assert check_against_files(answer) == 2
    assert answer.model is None  # a small model would garble it
    assert silent.status is Status.NO_EVIDENCE
    assert [citation.quote for citation in twice.citations][1:] == [
        _cells(rows[0]),
        _cells(rows[-1]),
    ]
    assert twice.claims[-1].alternative
    said = {citation.quote for citation in differing.citations}
    assert said == {
        *("Name | Started | Salary", _cells(rows[7])),
        *("Who | Salary | Paid by", f"{people[7]} | 123 | Tarn Ltd"),
    }
    assert [c.alternative for c in differing.claims] == [False, True]


TWO_HOPS = {
    "Harbour Lights": "Harbour Lights is a film about a lighthouse keeper and her brother. "
    "It was written and directed by Ina Molenaar.",
    "Port Ellis": "Port Ellis is a fishing town of 900 people on the east coast. In the summer "
    "of 1961 the drama Harbour Lights was shot in the streets of Port Ellis.",
    "The Grey Pier": "The Grey Pier is a film about smugglers. It was directed by Tom Hask.",
    "Port Varden": "Port Varden is a container port. A film crew came in 1961 and left again.",
}


def test_a_question_over_two_documents_cites_both(tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    for title, text in TWO_HOPS.items():
        (folder / f"{title}.md").write_text(f"# {title}\n\n{text}\n", encoding="utf-8")
    settings = replace(
        Settings(),
        home=str(HOME),
        model=BUNDLED.file_name,
        policy="guided",
        library=str(tmp_path / "library"),
        risk=1.0,
    )
    run_index(settings, [folder], Progress(), rebuild=False, force=False)
    question = Question(
        "Who directed the film shot in Port Ellis in 1961?", quotes_only=True
    )
    with Library.open(settings.library_folder) as library:
        answer = assistant_for(library, open_embedder(settings), settings).ask(question)
        assert check_against_files(answer) > 0
    assert answer.short == "Ina Molenaar"
    cited = [citation.source.title for citation in answer.citations]
    assert cited[:2] == ["Harbour Lights", "Port Ellis"]
