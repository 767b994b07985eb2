"""Chunks: exact, complete, within the limit, in order, under the right heading."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.chunk import chunk, embedding_text
from index.sentences import sentences
from index.types import Chunk, Document, Heading, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.types import Vectors


class WordEmbedder:
    """Words and marks as tokens; a word of more than 8 letters is several."""

    fingerprint = "words"
    dimension = 2

    def __init__(self, max_tokens: int = 64) -> None:
        self.max_tokens = max_tokens
        self.unrelated = 0.0
        self.tokenised = 0  # characters

    def token_ends(self, text: str) -> list[int]:
        self.tokenised += len(text)
        return [match.end() for match in re.finditer(r"\w{1,8}|[^\w\s]", text)]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return np.tile(np.array([1, 0], np.float32), (len(texts), 1))

    embed_queries = embed_passages


def document(text: str, title: str = "", headings: tuple[Heading, ...] = ()) -> Document:
    return Document("0" * 64, text, "text/plain", title=title, headings=headings)


_PIECES = st.sampled_from(
    [
        " ",
        "\n",
        "\n\n",
        ". ",
        "? ",
        "。",
        "「",
        "“",
        "(",
        "- ",
        "# ",
        "\u200b",
        "é",
        "😀",
        "word ",
        "The ",
        "unpronounceability ",
        "3.5",
        ", ",
        "x" * 300,
        "wo " * 90,
        "Title\n\n",
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=60).map("".join))


@given(TEXTS, st.text(max_size=80), st.integers(8, 40), st.integers(0, 20), st.data())
def test_chunks_quote_cover_fit_and_rise(
    text: str, title: str, most: int, overlap: int, data: st.DataObject
) -> None:
    starts = data.draw(
        st.lists(st.integers(0, max(0, len(text) - 1)), max_size=4, unique=True)
    )
    headings = tuple(Heading(at, at % 3 + 1, f"Part {at}") for at in sorted(starts))
    embedder = WordEmbedder(160)
    made = document(text, title, headings)
    chunks = chunk(made, embedder, max_tokens=most, overlap_tokens=overlap)
    assert chunks == chunk(made, embedder, max_tokens=most, overlap_tokens=overlap)
    reached = 0
    for piece in chunks:
        assert piece.text == piece.span.text_of(text) == piece.text.strip()
        assert not text[reached : piece.span.start].strip()
        assert len(embedder.token_ends(embedding_text(title, piece))) <= embedder.max_tokens
        reached = max(reached, piece.span.end)
    assert not text[reached:].strip()
    for one, two in pairwise(chunks):
        assert one.span.start < two.span.start
        assert one.span.end < two.span.end


def prose(count: int) -> str:
    lines = [
        f"Sentence {number} says that thing {number} was seen." for number in range(count)
    ]
    return "\n\n".join(" ".join(lines[at : at + 4]) for at in range(0, count, 4))


def test_no_sentence_is_cut_and_whole_sentences_are_repeated() -> None:
    text = prose(60)
    edges = {span.start for span in sentences(text)}, {span.end for span in sentences(text)}
    chunks = chunk(document(text), WordEmbedder(), max_tokens=60, overlap_tokens=12)
    assert all(
        piece.span.start in edges[0] and piece.span.end in edges[1] for piece in chunks
    )
    assert all(one.span.end > two.span.start for one, two in pairwise(chunks))


@pytest.mark.parametrize("count", range(10, 40))
def test_no_small_rest_is_left_at_the_end(count: int) -> None:
    chunks = chunk(document(prose(count)), WordEmbedder(), max_tokens=60, overlap_tokens=0)
    lengths = [len(piece.span) for piece in chunks]
    assert min(lengths) * 3 > max(lengths)


def test_headings_go_with_what_follows_and_are_known() -> None:
    parts = ["# Report", "## Rain", prose(8), "## Snow", "### Hills", prose(8)]
    text = "\n\n".join(parts)
    headings = tuple(
        Heading(text.index(part), part.count("#"), part.strip("# "))
        for part in parts
        if part.startswith("#")
    )
    chunks = chunk(document(text, headings=headings), WordEmbedder(), max_tokens=60)
    assert chunks[0].heading == "Report > Rain"
    assert chunks[-1].heading == "Report > Snow > Hills"
    assert not any(re.search(r"#[^\n]*\Z", piece.text) for piece in chunks)


def test_a_title_without_marks_does_not_end_a_chunk() -> None:
    text = "\n\n".join(f"Chapter {number}\n\n{prose(7)}" for number in range(9))
    chunks = chunk(document(text), WordEmbedder(), max_tokens=60, overlap_tokens=0)
    assert not any(re.search(r"Chapter \d\Z", piece.text) for piece in chunks)


def test_a_sentence_over_the_limit_is_cut_after_a_clause() -> None:
    text = (
        ", ".join(f"the {number}th clause of an endless sentence" for number in range(40))
        + "."
    )
    chunks = chunk(document(text), WordEmbedder(), max_tokens=40, overlap_tokens=0)
    assert len(chunks) > 5
    assert all(piece.text.endswith((",", ".")) for piece in chunks)


def test_the_title_and_the_innermost_heading_are_embedded_and_cut_to_a_few_words() -> None:
    piece = Chunk("0" * 64, Span(0, 5), "Text.", "A > B")
    assert embedding_text("Title", piece) == "Title\nB\nText."
    assert embedding_text("", piece) == "B\nText."
    assert len(embedding_text("long title " * 90, piece)) < 80


def test_the_document_is_tokenised_once_and_each_chunk_once() -> None:
    embedder, text = WordEmbedder(), prose(2000)
    chunk(document(text), embedder, max_tokens=60, overlap_tokens=0)
    assert embedder.tokenised < 2.2 * len(text)


@pytest.mark.parametrize("text", ["a" * 10**5, "\u200b" * 10**5, "(" * 10**5, "字" * 10**4])
def test_what_a_tokenizer_hardly_counts_is_cut_all_the_same(text: str) -> None:
    class OneToken(WordEmbedder):
        def token_ends(self, text: str) -> list[int]:
            return [len(text)] if text else []

    chunks = chunk(document(text), OneToken(), max_tokens=60)
    assert max(len(piece.text) for piece in chunks) <= 60 * 12
    assert sum(len(piece.text) for piece in chunks) >= len(text)


def test_impossible_limits_are_refused() -> None:
    with pytest.raises(ValueError, match="no text fits"):
        chunk(document("Text."), WordEmbedder(), max_tokens=7)
    with pytest.raises(ValueError, match="cannot hold"):
        chunk(document("Text.", "a b c d e f"), WordEmbedder(10))
