"""Every format to the text, headings and facts that stand in it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError, UnsupportedFormat
from index.readers import READERS, SUPPORTED, read
from index.readers.normalise import normalise
from index.readers.source import Limits, content_id
from index.readers.stated import iso_date, stated
from index.readers.text import headings

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from docx.document import Document as DocxDocument

    from index.types import Document


def from_bytes(tmp_path: Path, name: str, data: bytes | str) -> Document:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read(path)


def under_heads(document: Document) -> list[str]:
    """Return the first words at the place of every heading."""
    return [document.text[h.start :].split("\n")[0].lstrip("# ") for h in document.headings]


def test_plain_text_is_kept_and_what_it_states_is_noted(tmp_path: Path) -> None:
    lines = ("Bridge Closed", "", "By Ann Oru | 5 March 2021", "Source: The Lamp", "")
    data = "\r\n".join((*lines, "It is shut.", "")).encode()
    document = from_bytes(tmp_path, "a.TXT", data)
    assert document.text.split("\n")[0] == "Bridge Closed"
    assert "\r" not in document.text
    assert document.text.endswith("It is shut.\n")
    assert (document.title, document.author) == ("Bridge Closed", "Ann Oru")
    assert (document.date, document.source) == ("2021-03-05", "The Lamp")
    assert document.id == content_id(data)
    assert document.characters_read == len("".join(data.decode().split()))


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Published: 2022-10-10\n", "2022-10-10"),
        ("Title\n\nMonday, October 3rd, 2022 at 10:15 UTC\n", "2022-10-03"),
        ("Posted on 1 Sept. 2020", "2020-09-01"),
        ("The fire of 5 May 2020 was the worst.\n", ""),
        ("(c) 2025 The Lamp. All rights reserved.\n", ""),
        ("someone on October 11st, 2022 at 10:04 UTC\n", ""),
        ("31 June 2020\n", ""),
        ("03/04/2020\n", ""),  # March or April: not plainly stated
    ],
)
def test_only_a_plainly_stated_date_counts(text: str, date: str) -> None:
    assert stated(text).date == date


@given(st.dates())
def test_iso_dates_come_back(date: datetime.date) -> None:
    assert iso_date(date.isoformat()) == date.isoformat()


@pytest.mark.parametrize(
    "text",
    [
        "A sentence is no headline.\n\nMore.",
        "two lines\nin a row\n",
        "",
        "***\n\nText",
        "x" * 300,
    ],
)
def test_not_every_first_line_is_a_title(text: str) -> None:
    assert stated(text).title == ""


MARKDOWN = """---
title: "The Lamp: a history"
author: Ann Oru
date: 2021-03-05
---

# The Lamp

Some *text*.

```
# not a heading
```

Second part
-----------

- item
---

### Third ###

#hashtag
"""


def test_markdown_keeps_its_marks_and_finds_its_headings(tmp_path: Path) -> None:
    document = from_bytes(tmp_path, "a.md", MARKDOWN)
    body = MARKDOWN[MARKDOWN.index("# The Lamp") :]
    said = "Title: The Lamp: a history\nAuthor: Ann Oru\nDate: 2021-03-05"
    assert document.text.strip() == f"{body.strip()}\n\nProperties\n\n{said}"
    assert document.line_at(document.text.index("# The Lamp")) == 7
    front, text = (sum(not c.isspace() for c in t) for t in (MARKDOWN, body))
    assert [(p.name, p.characters) for p in document.parts[:2]] == [
        ("text", text),
        ("front matter", front - text),
    ]
    found = [(h.level, h.title) for h in document.headings]
    assert found[:-1] == [(1, "The Lamp"), (2, "Second part"), (3, "Third")]
    assert [line.rstrip("# ") for line in under_heads(document)] == [t for _, t in found]
    assert (document.title, document.author) == ("The Lamp: a history", "Ann Oru")
    assert document.date == "2021-03-05"


def test_front_matter_without_a_body_is_the_text(tmp_path: Path) -> None:
    text = "---\ntitle: Only this\n---\n\n"
    assert from_bytes(tmp_path, "a.md", text).text == text


@given(st.text("#=-` ~\nab>", max_size=60))
def test_a_heading_stands_where_it_says(text: str) -> None:
    for heading in headings(text):
        line = text[heading.start :].split("\n", maxsplit=1)[0]
        assert heading.title in " ".join(line.split())
        assert 1 <= heading.level <= 6


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        ("adoc", "= Lamps\n\n== Oil\n\nIt burns == well.\n"),
        ("org", "* Lamps\n** Oil\n\nIt *burns* well.\n"),
        ("rst", "Lamps\n=====\n\nOil\n---\n\nIt burns --- well.\n"),
        ("tex", "\\part{Lamps}\n\\chapter*{Oil}\nIt burns \\emph{well}.\n"),
    ],
)
def test_other_markup_is_text_with_headings(tmp_path: Path, suffix: str, text: str) -> None:
    document = from_bytes(tmp_path, f"a.{suffix}", text)
    assert document.text == text
    assert [heading.title for heading in document.headings] == ["Lamps", "Oil"]
    assert document.title == "Lamps"


HTML = """<!doctype html><html><head><title>The lamp is lit</title>
<meta property="og:site_name" content="The Lantern">
<meta name="author" content="Ann Oru">
<meta property="article:published_time" content="2021-03-05T10:00:00Z"></head><body>
<nav><a href="/">Home</a> <a href="/s">Sport</a></nav>
<div class="cookie-banner"><p>We value your privacy and store 99 cookies.</p></div>
<article><h1>The lamp is lit</h1>
<p>The lamp on the east pier was lit on Friday for the first time in eleven years, the harbour
office said, and it can be seen from nine kilometres away on a clear night.</p>
<h2>What it cost</h2>
<p>The repair cost 12,500 crowns, which is less than half of what the board had set aside for
it in the spring, according to its treasurer.</p>
<ul><li>Lens: 8,000 crowns</li><li>Paint: 4,500 crowns</li></ul>
<table><tr><th>Year</th><th>Ships</th></tr><tr><td>2020</td><td>311</td></tr></table>
<p>The old lamp will be shown in the museum from the first of June, and the museum will be
open on Sundays as well.</p></article>
<div id="comments"><p>troll: it was never dark in the first place</p></div>
<footer>All rights reserved. Imprint.</footer><script>var x = "hidden";</script></body></html>
"""


def test_a_web_page_becomes_its_article(tmp_path: Path) -> None:
    document = from_bytes(tmp_path, "a.html", HTML)
    for words in (
        "lit on Friday for the first time in eleven years, the harbour office said, and it",
        "- Lens: 8,000 crowns\n- Paint: 4,500 crowns",
        "Year | Ships\n2020 | 311",
        "museum from the first of June",
    ):
        assert words in document.text
    for words in ("Sport", "cookies", "troll", "Imprint", "hidden"):
        assert words not in document.text
    assert (document.title, document.author) == ("The lamp is lit", "Ann Oru")
    assert (document.date, document.source) == ("2021-03-05", "The Lantern")
    assert "What it cost" in under_heads(document)
    assert document.characters_read > len("".join(document.text.split())) + 80


def test_a_page_without_a_stated_date_has_none(tmp_path: Path) -> None:
    page = HTML.replace("article:published_time", "x").replace("on Friday", "on 5 May 2019")
    assert from_bytes(tmp_path, "a.html", page).date == ""


def test_a_page_without_clutter_is_taken_whole(tmp_path: Path) -> None:
    page = (
        "<p>one <b>bold</b> word</p><dl><dt>term<dd>meaning</dl><pre>a\n  b</pre><p>x<br>y"
    )
    document = from_bytes(tmp_path, "a.htm", page)
    assert document.text == "one bold word\n\nterm\nmeaning\n\na\n  b\n\nx\ny"


def test_ordered_lists_keep_their_numbers(tmp_path: Path) -> None:
    page = "<ol start=3><li>three</li><li>four</li></ol><ul><li>dash</li></ul>"
    assert from_bytes(tmp_path, "a.html", page).text == "3. three\n4. four\n\n- dash"


def test_html_is_read_in_the_encoding_it_declares(tmp_path: Path) -> None:
    page = '<meta charset="windows-1251"><p>Привет, маяк</p>'.encode("cp1251")
    assert from_bytes(tmp_path, "a.html", page).text == "Привет, маяк"
    xml = '<?xml version="1.0" encoding="utf-8"?><html><body><p>Möwe</p></body></html>'
    assert from_bytes(tmp_path, "a.xhtml", xml).text == "Möwe"


def test_a_page_saved_as_one_file_is_unpacked(tmp_path: Path) -> None:
    mhtml = (
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B\r\n\r\n"
        "--B\r\nContent-Type: text/html; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        "<p>The M=C3=B6we flies=\r\n again</p>\r\n--B--\r\n"
    )
    document = from_bytes(tmp_path, "a.mhtml", mhtml)
    assert document.text == "The Möwe flies again"
    assert document.id == content_id(mhtml.encode())
    with pytest.raises(ReadError, match="no web page"):
        from_bytes(tmp_path, "b.mhtml", "no parts at all")


MAIL = """From: =?utf-8?q?Ann_Or=C3=BA?= <ann@lamp.example>
To: board@lamp.example
Subject: The new
 lamp
Date: Fri, 05 Mar 2021 23:30:00 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=B

--B
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

The M=F6we is back.
--B
Content-Type: text/html

<p>The page is back.</p>
--B
Content-Type: application/pdf; name=plan.pdf
Content-Disposition: attachment; filename=plan.pdf

JVBERi0=
--B--
"""


def test_a_message_shows_its_head_and_plain_body(tmp_path: Path) -> None:
    document = from_bytes(tmp_path, "a.eml", MAIL)
    assert document.text == (
        "From: Ann Orú <ann@lamp.example>\nTo: board@lamp.example\n"
        "Date: Fri, 05 Mar 2021 23:30:00 +0100\nSubject: The new lamp\n"
        "Attachments: plan.pdf\n\nThe Möwe is back.\n\nThe page is back."
    )
    assert (document.title, document.author) == ("The new lamp", "Ann Orú")
    assert document.date == "2021-03-05"
    assert document.parts[-1].name == "attachment plan.pdf"
    page = from_bytes(tmp_path, "b.eml", MAIL.replace("text/plain", "text/other"))
    assert page.text.endswith("\n\nThe page is back.")


def word_file(build: Callable[[DocxDocument], None]) -> bytes:
    written = io.BytesIO()
    document = docx.Document()
    build(document)
    document.save(written)
    return written.getvalue()


def test_a_word_file_is_read_in_body_order(tmp_path: Path) -> None:
    def build(document: DocxDocument) -> None:
        document.core_properties.title = "On lamps"
        document.core_properties.author = "Ann Oru"
        document.add_heading("Lamps", 1)
        document.add_paragraph("Before the table.")
        table = document.add_table(2, 2)
        for cell, text in zip(table._cells, ("Year", "Ships", "2020", "311"), strict=True):
            cell.text = text
        document.add_paragraph("one", style="List Bullet")
        document.add_paragraph("two", style="List Bullet")
        document.add_heading("Oil", 2)
        document.add_paragraph("After\tit,\nall.")

    document = from_bytes(tmp_path, "a.docx", word_file(build))
    assert document.text == (
        "Lamps\n\nBefore the table.\n\nYear | Ships\n2020 | 311\n\n- one\n- two\n\n"
        "Oil\n\nAfter\tit,\nall.\n\nProperties\n\nAuthor: Ann Oru"
    )
    assert [h.title for h in document.headings] == ["Lamps", "Oil", "Properties"]
    assert under_heads(document) == ["Lamps", "Oil", "Properties"]
    assert (document.title, document.author) == ("On lamps", "Ann Oru")


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def package(body: str, *, namespace: str = W, **parts: str) -> bytes:
    """Return a Word file of that body and nothing else."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>',
        )
        for name, content in parts.items():
            archive.writestr(
                f"word/{name}.xml", f'<w:{name} xmlns:w="{namespace}">{content}</w:{name}>'
            )
    return written.getvalue()


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_word_content_that_others_pass_over(tmp_path: Path) -> None:
    body = (
        f"<w:sdt><w:sdtContent>{p('in a control')}</w:sdtContent></w:sdt>"
        "<w:p><w:ins><w:r><w:t>inserted</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del></w:p>"
        "<w:p><w:r><w:t>beside a box</w:t></w:r><w:r><w:pict><w:txbxContent>"
        f"{p('in the box')}</w:txbxContent></w:pict></w:r></w:p>"
    )
    ruled = f'<w:footnote w:type="separator">{p("line")}</w:footnote>'
    notes = f"{ruled}<w:footnote>{p('a note')}</w:footnote>"
    for namespace in (W, STRICT):
        data = package(body, namespace=namespace, footnotes=notes)
        document = from_bytes(tmp_path, "a.docx", data)
        assert (
            document.text
            == "in a control\n\ninserted\n\nbeside a box\n\nin the box\n\na note"
        )


def test_a_cell_says_everything_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{p('boxed')}</w:txbxContent>"
    choice = f"<w:Choice>{box}</w:Choice><w:Fallback>{box}</w:Fallback>"
    inner = f"<w:tbl><w:tr><w:tc>{p('inner')}</w:tc></w:tr></w:tbl>"
    cell = f"{p('outer')}<w:p><w:r>{choice}</w:r></w:p>{inner}"
    body = f"<w:tbl><w:tr><w:tc>{cell}</w:tc><w:tc>{p('next')}</w:tc></w:tr></w:tbl>"
    assert from_bytes(tmp_path, "a.docx", package(body)).text == "outer boxed inner | next"


def cells_of(document: Document) -> list[list[str]]:
    """Return the cells of a document's only table, row by row."""
    (table,) = document.tables
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(
            cell.span.text_of(document.text) if cell.span else ""
        )
    return list(rows.values())


@pytest.mark.parametrize(
    ("name", "data", "rows"),
    [
        ("a.csv", "year;ships\r\n2020;311\r\n", [["year", "ships"], ["2020", "311"]]),
        ("a.csv", "ware;price\nbread;1,50\n", [["ware", "price"], ["bread", "1,50"]]),
        ("a.csv", "who|when\nAda|May, June\n", [["who", "when"], ["Ada", "May, June"]]),
        ("a.tsv", "who\tnote\nAda\ta, b\n", [["who", "note"], ["Ada", "a, b"]]),
        (
            "a.csv",
            'part,note,price\nhinge,"made of\nbrass, ""new""",3\nbolt,,4\n',
            [
                ["part", "note", "price"],
                ["hinge", 'made of brass, "new"', "3"],
                ["bolt", "", "4"],
            ],
        ),
    ],
)
def test_a_table_is_read_by_its_grammar(
    name: str, data: str, rows: list[list[str]], tmp_path: Path
) -> None:
    document = from_bytes(tmp_path, name, data)
    assert cells_of(document) == rows
    (table,) = document.tables
    assert {cell.row for cell in table.cells if cell.heading} == {0}
    held = sum(part.characters for part in document.parts)
    assert held == len("".join(data.split()))


def test_rows_without_names_of_columns_have_none(tmp_path: Path) -> None:
    document = from_bytes(tmp_path, "a.csv", "3,4\n5,6\n")
    assert not any(cell.heading for cell in document.tables[0].cells)


@pytest.mark.parametrize("suffix", sorted(SUPPORTED))
@settings(deadline=None)  # the first picture imports what opens it
@given(data=st.binary(min_size=1, max_size=300))
def test_any_bytes_end_in_a_document_or_an_error(suffix: str, data: bytes) -> None:
    try:
        document = READERS[suffix](data, Path(f"a{suffix}"), Limits())
    except ReadError as caught:
        error = caught
    else:
        assert normalise(document.text) == document.text
        assert all(0 <= heading.start < len(document.text) for heading in document.headings)
        return
    assert str(error)
    assert error.hint


def test_an_unknown_ending_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormat, match=r"\.xyz") as caught:
        from_bytes(tmp_path, "a.xyz", "text")
    assert all(suffix.removeprefix(".") in caught.value.hint for suffix in SUPPORTED)
    with pytest.raises(UnsupportedFormat, match="without an ending"):
        from_bytes(tmp_path, "README", "text")
