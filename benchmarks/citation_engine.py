"""A warm `ask` beside LlamaIndex's CitationQueryEngine, with the same two models.

    python benchmarks/citation_engine.py --peer-python PYTHON [--questions 4]

PYTHON is an interpreter with `llama-index-core`, `llama-index-vector-stores-chroma`,
`llama-index-embeddings-huggingface` and `llama-index-llms-llama-cpp` beside this project's own
packages. Both sides index the sample documents, answer one question to warm up, and then the
same questions in turns; each runs in a process of its own that waits while the other answers.
The peer runs as its documentation sets it up (Chroma, the three best passages).
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

if TYPE_CHECKING:
    from collections.abc import Callable

QUESTIONS = (
    "How many hangers were replaced in the end?",
    "How did the council vote on the Marrow Bridge repair?",
    "What made bathers at Hallow Lake ill?",
    "What pay rise ended the Kestrel Lines strike?",
    "How many workers joined the strike?",
    "How many soldiers took part in Silver Heron?",
)


def our_answerer() -> Callable[[str], str]:
    from assistant.build import open_assistant
    from assistant.commands.indexing import run_index
    from assistant.commands.preparing import sample_folder
    from assistant.commands.terminal import Progress
    from assistant.config import Settings
    from assistant.pipeline import Question

    settings = replace(Settings(), library=tempfile.mkdtemp())
    run_index(settings, [sample_folder()], Progress(), rebuild=True, force=False)
    _, assistant = open_assistant(settings)
    return lambda question: assistant.ask(Question(question)).text


def peer_answerer() -> Callable[[str], str]:
    import chromadb
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.core.query_engine import CitationQueryEngine
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.llms.llama_cpp import LlamaCPP
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from assistant.commands.preparing import sample_folder
    from assistant.config import Settings
    from assistant.encoder.embedding import embedding_folder
    from assistant.models import find_model
    from index.readers import read

    model, _ = find_model(Settings())
    writer = LlamaCPP(
        model_path=str(model), temperature=0.0, max_new_tokens=256, context_window=4096,
        verbose=False,
    )  # fmt: skip
    collection = chromadb.EphemeralClient().create_collection("samples")
    documents = [
        Document(text=read(path).text, metadata={"file": path.name})
        for path in sorted(sample_folder().iterdir())
    ]
    index = VectorStoreIndex.from_documents(
        documents,
        storage_context=StorageContext.from_defaults(
            vector_store=ChromaVectorStore(chroma_collection=collection)
        ),
        embed_model=HuggingFaceEmbedding(
            model_name=str(embedding_folder(Settings())),
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

    def __init__(self, python: str, name: str) -> None:
        self.process = subprocess.Popen(
            [python, __file__, "--serve", name],
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-python", type=Path)
    parser.add_argument("--questions", type=int, default=len(QUESTIONS))
    parser.add_argument("--serve", choices=("ours", "peer"))
    options = parser.parse_args()
    if options.serve:
        serve(our_answerer() if options.serve == "ours" else peer_answerer())
        return
    ours, peer = Side(sys.executable, "ours"), Side(str(options.peer_python), "peer")
    pairs = []
    for question in QUESTIONS[: options.questions]:
        mine, theirs = ours.ask(question), peer.ask(question)
        pairs.append((float(mine["seconds"]), float(theirs["seconds"])))
        print(
            f"{question}\n  ours {pairs[-1][0]:6.2f} s: {mine['answer'] or '(no answer)'}"
        )
        print(f"  peer {pairs[-1][1]:6.2f} s: {theirs['answer']}", flush=True)
    for name, column in (("ours", 0), ("CitationQueryEngine", 1)):
        print(
            f"{name:20} median {statistics.median(pair[column] for pair in pairs):6.2f} s"
        )
    print(f"ratio (median of pairs) {statistics.median(t / m for m, t in pairs):.1f}")
    ours.process.kill()
    peer.process.kill()


if __name__ == "__main__":
    main()
