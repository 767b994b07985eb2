"""Whether questions that lean on a conversation are understood.

    python benchmarks/conversations.py [--model FILE] [--quotes] [--data DIR] [--limit N]
    python benchmarks/conversations.py --rewriting [--model FILE] [--data DIR] [--show]

The turns stand in `conversations.jsonl`: what is asked, the earlier turns it needs, and the
answer that a document gives. Most are about `samples/`, the rest about documents of the test
sets in DIR, whose conversations are left out without it. A turn counts as understood where
its answer is in what was said, or nothing was said of what no document tells.

With `--rewriting` nothing is answered. Every turn is made to stand alone, after earlier turns
that were answered rightly, and counts where its question names what it is about, names
nothing of what it is not about, and finds the passage that answers among the first five.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.build import assistant_for, open_embedder, open_generator
from assistant.commands.asking import Desk
from assistant.config import read_settings
from assistant.evaluate.sets.libraries import document_names, library_for
from assistant.evaluate.types import SetDocument
from assistant.followups import standalone_question
from assistant.prompt import load_prompts
from assistant.types import Status, Turn
from index.readers import read
from index.search import HybridRetriever
from index.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from assistant.config import Settings
    from assistant.types import Answer
    from index.library import Library
    from index.types import Embedder

TURNS = Path(__file__).with_name("conversations.jsonl")
SAMPLES = Path(__file__).parent.parent / "samples"
FIRST = 5  # passages among which the one that answers has to be
OPENING = "opening"


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn of a conversation, as its row says."""

    conversation: str
    turn: int  # from 1
    set: str  # a test set's folder, or "samples"
    lang: str
    kind: str
    needs: tuple[int, ...]  # the turns without which it cannot be understood
    question: str
    answers: tuple[str, ...]  # any of them is right; none: no document tells
    document: str
    about: tuple[str, ...]  # what the question has to name to stand alone
    without: tuple[str, ...]  # what it must not name, as the turn is not about it


@dataclass(slots=True)
class Tally:
    """How many turns were right, by kind and by language."""

    right: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    total: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def count(self, asked: Asked, *, right: bool) -> None:
        """Count a turn."""
        follows = "all" if asked.kind == OPENING else "all follow-ups"
        for group in {"all", follows, asked.kind, f"in {asked.lang}"}:
            self.total[group] += 1
            self.right[group] += right

    def rows(self) -> Iterator[str]:
        """Yield a line for each group."""
        for group, total in sorted(self.total.items(), key=lambda item: -item[1]):
            right = self.right[group]
            yield f"{group:16}{right:5} of {total:3}{100 * right / total:7.0f} %"


def turns(data: Path | None, limit: int | None) -> list[Asked]:
    """Read the turns of which there are documents, of the first `limit` conversations."""
    rows = map(json.loads, TURNS.read_text("utf-8").splitlines())
    found = [_asked(row) for row in rows if row["set"] == SAMPLES.name or data is not None]
    kept = list(dict.fromkeys(each.conversation for each in found))[:limit]
    return [each for each in found if each.conversation in kept]


def _asked(row: dict[str, Any]) -> Asked:
    lists = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    return Asked(**(row | lists))


def documents_of(name: str, asked: Iterable[Asked], data: Path | None) -> list[SetDocument]:
    """Return the samples, or those documents of a set that the turns are about."""
    if name == SAMPLES.name:
        files = [(path, read(path)) for path in sorted(SAMPLES.iterdir())]
        return [SetDocument(path.name, doc.text, doc.title) for path, doc in files]
    assert data is not None
    wanted = {each.document for each in asked}
    lines = (data / name / "docs.jsonl").read_text("utf-8").splitlines()
    rows = (json.loads(line) for line in lines)
    return [
        SetDocument(row["id"], row["text"], row["title"])
        for row in rows
        if row["id"] in wanted
    ]


def holds(text: str, words: str) -> bool:
    """Say whether the words stand in the text, whatever their case and the line breaks."""
    plain = " ".join(text.split())
    return re.search(rf"(?<!\w){re.escape(words)}", plain, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True)
class Answering:
    """The whole assistant, asked turn by turn."""

    library: Library
    embedder: Embedder
    settings: Settings
    quotes: bool

    def conversation(self, asked: Sequence[Asked]) -> Iterator[tuple[Asked, bool, str]]:
        """Yield each turn, whether it was understood, and what was said."""
        assistant = assistant_for(self.library, self.embedder, self.settings)
        desk = Desk(assistant, self.library)
        for each in asked:
            answer = desk.finish(desk.stream(each.question, quotes_only=self.quotes))
            desk.remember(answer)
            told = f"[{answer.standalone}] {answer.short} | {' '.join(answer.text.split())}"
            yield each, self._right(each, answer), told

    @staticmethod
    def _right(asked: Asked, answer: Answer) -> bool:
        if not asked.answers:
            return answer.status is Status.NO_EVIDENCE
        return any(holds(answer.text, words) for words in asked.answers)


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Only the questions made to stand alone, after turns that were answered rightly."""

    library: Library
    documents: dict[str, SetDocument]
    retriever: HybridRetriever
    rewrite: Callable[[str, Sequence[Turn]], str]

    def conversation(self, asked: Sequence[Asked]) -> Iterator[tuple[Asked, bool, str]]:
        """Yield each turn, whether its question stands alone, and that question."""
        before: list[Turn] = []
        for each in asked:
            question = self.rewrite(each.question, before)
            named = all(holds(question, words) for words in each.about)
            other = [words for words in each.without if holds(question, words)]
            found = self._found(each, question)
            marks = f"{'' if named else 'unnamed '}{'' if found else 'unfound '}"
            yield each, named and found and not other, f"{marks}{other or ''} {question}"
            if each.answers:
                before.append(Turn(question, self._said(each), each.answers[0]))

    def _found(self, asked: Asked, question: str) -> bool:
        if not asked.answers:
            return True
        named = document_names(self.documents)
        return any(
            asked.document in named[hit.chunk.document_id]
            and any(holds(hit.chunk.text, words) for words in asked.answers)
            for hit in self.retriever.retrieve(question, FIRST)
        )

    def _said(self, asked: Asked) -> str:
        """Return the first sentence of the document that holds the answer."""
        text = self.documents[asked.document].text
        told = (text[span.start : span.end] for span in sentences(text))
        return next((s for s in told if holds(s, asked.answers[0])), asked.answers[0])


def run(args: argparse.Namespace) -> Tally:
    """Ask all conversations and count."""
    settings = read_settings(flags={"model": args.model, "threads": args.threads})
    embedder, tally = open_embedder(settings), Tally()
    rewrite = rewriting(settings) if args.rewriting else None
    asked = turns(args.data, args.limit)
    for name, group in groupby(asked, key=lambda each: each.set):
        rows = list(group)
        documents = {d.id: d for d in documents_of(name, rows, args.data)}
        library = library_for(documents, embedder, settings.cache_folder)
        way: Rewriting | Answering = Answering(library, embedder, settings, args.quotes)
        if rewrite:
            retriever = HybridRetriever(library, embedder)
            way = Rewriting(library, documents, retriever, rewrite)
        for _, conversation in groupby(rows, key=lambda each: each.conversation):
            for each, right, told in way.conversation(list(conversation)):
                tally.count(each, right=right)
                if args.show or not right:
                    mark = "right" if right else "WRONG"
                    print(f"{mark} {each.conversation} {each.turn} ({each.kind}): "
                          f"{each.question} -> {told}", flush=True)  # fmt: skip
        library.close()
    return tally


def rewriting(settings: Settings) -> Callable[[str, Sequence[Turn]], str]:
    """Return what makes a question stand alone: a model, or rules where none is named."""
    generator = open_generator(settings) if settings.model else None
    prompts = load_prompts()
    return lambda asked, before: standalone_question(asked, before, prompts, generator)


def main() -> int:
    """Print the turns that were not understood, and the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--model", default="", metavar="FILE")
    parser.add_argument("--quotes", action="store_true", help="exact quotations only")
    parser.add_argument("--rewriting", action="store_true", help="answer nothing")
    parser.add_argument("--data", type=Path, help="the folder of the test sets")
    parser.add_argument("--limit", type=int, help="ask so many conversations; all")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--show", action="store_true", help="also what was understood")
    tally = run(parser.parse_args())
    print(*tally.rows(), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
