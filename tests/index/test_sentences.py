"""Sentences: exact spans, hard cases, linear time."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import sentences

_PIECES = st.sampled_from(
    [
        " ",
        "\n",
        "\n\n",
        ". ",
        "? ",
        "!",
        "。",
        "「",
        "」",
        "“",
        "”",
        "(",
        ")",
        "[1]",
        "- ",
        "# ",
        "| ",
        "\t",
        "\u200b",
        "\xa0",
        "é",
        "é",
        "😀",
        "Mr.",
        "U.S.",
        "The",
        "word",
        "3.5",
        "...",
        ";",
    ]
)
AWKWARD = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=60).map("".join))


@given(AWKWARD)
def test_spans_are_ordered_stripped_and_cover_everything_not_blank(text: str) -> None:
    reached = 0
    for span in sentences(text):
        assert not text[reached : span.start].strip()
        assert span.text_of(text) == span.text_of(text).strip()
        reached = span.end
    assert not text[reached:].strip()


@pytest.mark.parametrize(
    "expected",
    [
        ['"Stop." he said.', '"I will," she said.', '"Go!"', "They left."],
        ["He said “No.”", "She left."],
        ["The U.S. and the U.K. agreed.", "He lives in the U.S.", "They met."],
        ["See Sec. 3.2 for more.", "The value is 3.5 percent."],
        ["Visit https://a.example/c.d?e=f. then go.", "Wait... what?", "Well…", "He left."],
        ["J. K. Rowling wrote it.", "It was by J. R. R. Tolkien."],
        ["Röntgen , of Germany , said .", "He left .", '" No " , he said .'],
        ["这是第一句。", "这是第二句！", "真的吗？", "是的。"],
        ["これは文です。", "「はい。」と言った。"],
        ["यह पहला वाक्य है।", "यह दूसरा है।"],
        ["Gov. Newsom and Sen. Warren met Lt. Col. Smith on Dec. 3.", "It rained."],
        ["He was born in 1990.[2][3]", "The next year he left."],
        ["WASHINGTON (AP) — Aides disagreed; one said: “He will!”", "It ended."],
        ["No. 5 is alive.", "Dr. Smith et al. found it in Fig. 3 (see p. 12)."],
    ],
)
def test_sentences_on_one_line(expected: list[str]) -> None:
    text = " ".join(expected)
    assert [span.text_of(text) for span in sentences(text)] == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (
            "Background\nThe town was founded by settlers who came from far away.\nIt grew.",
            3,
        ),
        (
            "This text was wrapped by a program at some\nwidth, in the midst of\nsentences.",
            1,
        ),
        ("- one item\n- two items\n\n| a | b |\n| c | d |\n# Title\nText here", 6),
        ("By Jane Doe\nOct. 3, 2022\n\nIt rained all day.", 3),
        ("The first line ends.\nthe second is a sentence all the same.", 2),
    ],
)
def test_line_breaks(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10**6,
        "word " * 200000,
        "(" * 10**6,
        "( " * 300000,
        ". " * 300000,
        "a\n" * 300000,
        "U.S." * 250000,
        "。" * 10**6,
        ".[1]" * 200000,
        " " * 10**6 + "x",
        "A. " * 200000,
    ],
)
def test_a_megabyte_of_nonsense_takes_seconds(text: str) -> None:
    started = time.process_time()
    found = sentences(text)
    assert sum(len(span) for span in found) <= len(text)
    assert time.process_time() - started < 15


def test_importing_is_light() -> None:
    heavy = {"torch", "numpy", "onnxruntime", "transformers", "sentence_transformers"}
    code = f"import sys, index.sentences; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_rows_of_csv_are_sentences_and_wrapped_prose_is_not_cut() -> None:
    rows = [
        "Ada Fenn of the Lower Ferry Road,Librarian,2014-03-02",
        "Bo Hale of the Upper Ferry Road;Gardener;2019-07-15,",
        "11,12.5,1300000000000000000000000000000000000000000",
        "12,14.0,1400000000000000000000000000000000000000000",
    ]
    text = "\n".join(rows)
    assert [span.text_of(text) for span in sentences(text)] == rows
    prose = (
        "It was said, by the mayor, that 1,250,000 people\n"
        "came, saw, and paid 1,400,000 crowns for tickets\n"
        "of the two ferries, which are old, slow and green."
    )
    assert len(sentences(prose)) == 1
