"""A warm `ask` beside LlamaIndex's CitationQueryEngine, with the same two models.

    python benchmarks/citation_engine.py --peer-python PYTHON [--set SET] [--questions 6]

PYTHON is an interpreter with `llama-index-core`, `llama-index-vector-stores-chroma`,
`llama-index-embeddings-huggingface` and `llama-index-llms-llama-cpp` beside this project's own
packages. The language model is the one that the settings name (CITEWELL_MODEL). Both sides
index the sample documents, or those of a question set, answer one question to warm up, and then
the same questions in turns; each runs in a process of its own that waits while the other
answers. The peer runs as its documentation sets it up (Chroma, the three best passages). With a
set, answers are judged as `citewell evaluate` does; a peer is silent where it refuses.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answering.refusals import is_refusal
from assistant.config import read_settings
from assistant.evaluate.measures.score import right_text
from assistant.evaluate.sets.load import load_set, sample

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.evaluate.types import Question

QUESTIONS = (
    "How many hangers were replaced in the end?",
    "How did the council vote on the Marrow Bridge repair?",
    "What made bathers at Hallow Lake ill?",
    "What pay rise ended the Kestrel Lines strike?",
    "How many workers joined the strike?",
    "How many soldiers took part in Silver Heron?",
)


def our_answerer(questions: Path | None) -> Callable[[str], str]:
    from assistant.build import assistant_for, open_assistant, open_embedder
    from assistant.commands.indexing import run_index
    from assistant.commands.preparing import sample_folder
    from assistant.commands.terminal import Progress
    from assistant.evaluate.sets.libraries import library_for
    from assistant.pipeline import Question as Asked

    settings = read_settings()
    if questions is not None:
        embedder = open_embedder(settings)
        documents = load_set(questions).documents
        library = library_for(documents, embedder, settings.cache_folder)
        assistant = assistant_for(library, embedder, settings)
    else:
        settings = replace(settings, library=tempfile.mkdtemp())
        run_index(settings, [sample_folder()], Progress(), rebuild=True, force=False)
        _, assistant = open_assistant(settings)
    return lambda question: assistant.ask(Asked(question)).text


def texts_of(questions: Path | None) -> dict[str, str]:
    """Return the documents' texts by a name."""
    from assistant.commands.preparing import sample_folder
    from index.readers import read

    if questions is not None:
        return {name: d.text for name, d in load_set(questions).documents.items()}
    return {path.name: read(path).text for path in sorted(sample_folder().iterdir())}


def peer_answerer(questions: Path | None) -> Callable[[str], str]:
    import chromadb
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.core.query_engine import CitationQueryEngine
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.llms.llama_cpp import LlamaCPP
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from assistant.encoder.embedding import embedding_folder
    from assistant.models import find_model

    model, _ = find_model(read_settings())
    writer = LlamaCPP(
        model_path=str(model), temperature=0.0, max_new_tokens=256, context_window=4096,
        verbose=False,
    )  # fmt: skip
    collection = chromadb.EphemeralClient().create_collection("samples")
    documents = [
        Document(text=text, metadata={"file": name})
        for name, text in texts_of(questions).items()
    ]
    index = VectorStoreIndex.from_documents(
        documents,
        storage_context=StorageContext.from_defaults(
            vector_store=ChromaVectorStore(chroma_collection=collection)
        ),
        embed_model=HuggingFaceEmbedding(
            model_name=str(embedding_folder(read_settings())),
            query_instruction="query: ",
            text_instruction="passage: ",
            device="cpu",
        ),
    )
    engine = CitationQueryEngine.from_args(index, llm=writer, similarity_top_k=3)
    return lambda question: str(engine.query(question))


def serve(answerer: Callable[[str], str]) -> None:
    """Answer one question a line, as JSON with the seconds it took."""
    answerer(QUESTIONS[0])
    print("READY", flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        answer = answerer(line.strip())
        row = {"seconds": time.perf_counter() - start, "answer": answer}
        print("ANSWER " + json.dumps(row), flush=True)


class Side:
    """One of the two, in a process of its own."""

    def __init__(self, python: str, name: str, *given: str) -> None:
        self.process = subprocess.Popen(
            [python, __file__, "--serve", name, *given],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.wait("READY")

    def wait(self, mark: str) -> str:
        """Return the rest of the next line that begins with the mark."""
        assert self.process.stdout
        for line in self.process.stdout:
            if line.startswith(mark):
                return line.removeprefix(mark)
        sys.exit("one side ended early")

    def ask(self, question: str) -> dict[str, float | str]:
        """Return the seconds and the answer."""
        assert self.process.stdin
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        answer: dict[str, float | str] = json.loads(self.wait("ANSWER "))
        return answer


def asked(questions: Path | None, count: int) -> list[Question | str]:
    """Return what is asked: questions of a set, every third of them without an answer."""
    if questions is None:
        return [*QUESTIONS[:count]]
    whole = load_set(questions)
    return [*sample(whole, count, 0).questions]


def judged(pairs: Sequence[tuple[Question, str]]) -> str:
    """Say how many answers are right, and how many near misses were refused."""
    there = [(q, text) for q, text in pairs if q.answerable]
    rest = [text for q, text in pairs if not q.answerable]
    right = sum(right_text(text, q) for q, text in there)
    silent = sum(not text or is_refusal(text.split("\n")[0]) for text in rest)
    marked = sum("[" in text for _, text in pairs if text)
    return (
        f"right {right} of {len(there)}, silent {silent} of {len(rest)}, "
        f"answers with a citation mark {marked}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-python", type=Path)
    parser.add_argument("--set", type=Path, dest="questions")
    parser.add_argument("--questions", type=int, default=len(QUESTIONS), dest="count")
    parser.add_argument("--serve", choices=("ours", "peer"))
    options = parser.parse_args()
    if options.serve:
        make = our_answerer if options.serve == "ours" else peer_answerer
        serve(make(options.questions))
        return
    given = ("--set", str(options.questions)) if options.questions else ()
    sides = {
        "ours": Side(sys.executable, "ours", *given),
        "CitationQueryEngine": Side(str(options.peer_python), "peer", *given),
    }
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    said: dict[str, list[tuple[Question, str]]] = {name: [] for name in sides}
    for each in asked(options.questions, options.count):
        question = each if isinstance(each, str) else each.question
        print(question)
        for name, side in sides.items():
            answer = side.ask(question)
            seconds[name].append(float(answer["seconds"]))
            text = str(answer["answer"])
            print(
                f"  {name} {seconds[name][-1]:.2f} s: {text or '(no answer)'}", flush=True
            )
            if not isinstance(each, str):
                said[name].append((each, text))
    for name, side in sides.items():
        figures = judged(said[name]) if said[name] else ""
        print(f"{name:20} median {statistics.median(seconds[name]):6.2f} s {figures}")
        side.process.kill()
    mine, theirs = seconds.values()
    ratios = [t / m for m, t in zip(mine, theirs, strict=True)]
    print(f"ratio (median of pairs) {statistics.median(ratios):.1f}")


if __name__ == "__main__":
    main()
