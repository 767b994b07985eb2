"""Questions in one language, documents in another: found, answered, and silent?

    python benchmarks/languages.py SET [LANGUAGE ...]

SET is a folder in which the same questions are asked in several languages, each of documents
in its own: rows of `docs.jsonl` have a `lang`, rows of `questions.jsonl` a `lang` and, alike in
all languages, a `parallel`. The documents of one language after the other (or of those named)
are asked all questions in all languages, with the passage that answers there, and withheld.
Quotations only, default risk.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.config import Settings
from assistant.evaluate.runs.plan import Plan, Watch
from assistant.evaluate.session import evaluate
from assistant.evaluate.types import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    Rows = list[dict[str, Any]]


def read(file: Path) -> Rows:
    """Read a file of JSON lines."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def write_set(folder: Path, documents: Rows, questions: Rows) -> Path:
    """Write the questions as a set about these documents, which must be in one language.

    What answers a question is what answers its parallel in that language.
    """
    language = documents[0]["lang"]
    told = {q["parallel"]: q for q in questions if q["lang"] == language}
    rows = [
        {
            "id": f"{q['lang']}-{q['parallel']}",
            "question": q["question"],
            "lang": q["lang"],
            "answerable": True,
            "answers": told[q["parallel"]]["answers"],
            "evidence": told[q["parallel"]]["evidence"],
        }
        for q in questions
        if q["parallel"] in told
    ]
    folder.mkdir()
    for name, lines in (("docs", documents), ("questions", rows)):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, "utf-8")
    return folder


def figures(folder: Path, documents: Rows, questions: Rows) -> Iterator[str]:
    """Yield the rows of the table for documents in one language."""
    about = write_set(folder / "set", documents, questions)
    found, withheld = (
        parts(about, mode, folder / mode.value) for mode in (Mode.DOCUMENTS, Mode.WITHHELD)
    )
    for language, figure in found.items():
        values = (
            figure["right"],
            figure.get("wrong_when_answering"),
            withheld[language]["silent_unanswerable"],
        )
        cells = ("–" if v is None else f"{100 * v['value']:.0f}" for v in values)
        yield f"| {language} | {documents[0]['lang']} | {' | '.join(cells)} |"


def parts(about: Path, mode: Mode, folder: Path) -> dict[str, Any]:
    """Ask the questions and return the figures by the language of the question."""
    plan = Plan(about, mode, quotes_only=True, output=folder)
    done, _ = evaluate(plan, Settings(), Watch())
    metrics = json.loads((done.folder / "metrics.json").read_text("utf-8"))
    found: dict[str, Any] = metrics["parts"]["lang"]
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("set", type=Path)
    parser.add_argument("languages", nargs="*", help="of the documents; all")
    args = parser.parse_args()
    documents, questions = (read(args.set / f"{n}.jsonl") for n in ("docs", "questions"))
    chosen = args.languages or sorted({d["lang"] for d in documents})
    print("| question | documents | right | wrong of its answers | silent, withheld |")
    print("|---|---|---|---|---|")
    for language in chosen:
        own = [d for d in documents if d["lang"] == language]
        with tempfile.TemporaryDirectory() as folder:
            for row in figures(Path(folder), own, questions):
                print(row, flush=True)


if __name__ == "__main__":
    main()
