"""Write the sample documents from the articles beside this file, in all five formats.

    python scripts/make_samples.py [FOLDER]

The same articles give the same bytes on one machine. Needs reportlab and python-docx, which
only development installs. Everything in the articles is invented.
"""

from __future__ import annotations

import calendar
import datetime
import html
import io
import os
import re
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from reportlab.lib.pagesizes import A4, A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate

HERE = Path(__file__).resolve().parent
ARTICLES = HERE / "articles.txt"
SAMPLES = HERE.parent / "samples"
_SMALL_PAGES = {"silver-heron-analysis"}  # on A5 it fills three pages
_FIXED_TIME = (2020, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Article:
    """One invented article."""

    name: str  # file name with suffix
    title: str
    author: str
    date: str  # ISO 8601
    source: str
    body: str  # blocks parted by blank lines

    @property
    def blocks(self) -> list[str]:
        """The paragraphs, headings ("## "), lists, tables and adverts ("> ") in order."""
        return [block.strip() for block in self.body.split("\n\n") if block.strip()]

    @property
    def day(self) -> str:
        """The date as a newspaper prints it."""
        date = datetime.date.fromisoformat(self.date)
        return f"{date.day} {calendar.month_name[date.month]} {date.year}"


def articles(text: str) -> list[Article]:
    """Return the articles of a text in the form of `articles.txt`."""
    found = []
    for part in re.split(r"^===== ", text, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n\n")
        name, *lines = head.splitlines()
        fields = dict(line.split(": ", 1) for line in lines)
        found.append(Article(name=name.strip(), body=body.strip(), **fields))
    return found


def as_text(article: Article) -> bytes:
    """A page as copied out of a browser."""
    head = [
        article.title,
        f"By {article.author} | {article.day}",
        f"Source: {article.source}",
    ]
    return ("\n\n".join([head[0], "\n".join(head[1:]), *article.blocks]) + "\n").encode()


def as_markdown(article: Article) -> bytes:
    """A page as clipped by a note-taking program, with front matter."""
    fields = ("title", "author", "date", "source")
    front = "\n".join(f'{name}: "{getattr(article, name)}"' for name in fields)
    blocks = "\n\n".join(article.blocks)
    return f"---\n{front}\n---\n\n# {article.title}\n\n{blocks}\n".encode()


def as_html(article: Article) -> bytes:
    """A page as saved by a browser, with everything that stands around an article."""
    page = (HERE / "page.html").read_text(encoding="utf-8")
    fields = {
        "title": article.title,
        "author": article.author,
        "date": article.date,
        "day": article.day,
        "source": article.source,
    }
    for name, value in fields.items():
        page = page.replace(f"@{name}@", html.escape(value))
    return page.replace("@body@", "\n".join(map(_html_block, article.blocks))).encode()


def _html_block(block: str) -> str:
    if block.startswith("## "):
        return f"<h2>{html.escape(block[3:])}</h2>"
    if block.startswith("> "):
        return f'<p class="promo related"><a href="#">{html.escape(block[2:])}</a></p>'
    return f"<p>{html.escape(block, quote=False)}</p>"


def as_docx(article: Article) -> bytes:
    """A Word file with styles, core properties and real tables and lists."""
    document = docx.Document()
    about = document.core_properties
    about.title, about.author = article.title, article.author
    about.created = about.modified = datetime.datetime.fromisoformat(
        f"{article.date}T09:00:00"
    )
    about.comments = about.last_modified_by = ""
    document.add_heading(article.title, 0)
    document.add_paragraph(f"{article.source}, {article.day}. By {article.author}")
    for block in article.blocks:
        _docx_block(document, block)
    raw = io.BytesIO()
    document.save(raw)
    return _with_fixed_times(raw.getvalue())


def _docx_block(document: Any, block: str) -> None:
    if block.startswith("## "):
        document.add_heading(block[3:], 1)
    elif block.startswith("| "):
        rows = [
            [cell.strip() for cell in line.strip("| ").split("|")]
            for line in block.split("\n")
        ]
        table = document.add_table(len(rows), len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    elif block.startswith("- "):
        for line in block.split("\n"):
            document.add_paragraph(line[2:], style="List Bullet")
    else:
        document.add_paragraph(block)


def _with_fixed_times(data: bytes) -> bytes:
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(
                zipfile.ZipInfo(name, _FIXED_TIME), old.read(name), zipfile.ZIP_DEFLATED
            )
    return written.getvalue()


def as_pdf(article: Article) -> bytes:
    """A printed page with running head, justified paragraphs and page numbers."""
    body = ParagraphStyle(
        "body", fontName="Times-Roman", fontSize=11, leading=14.5, spaceAfter=7
    )
    body.alignment = 4  # justified
    head = ParagraphStyle(
        "head", fontName="Times-Bold", fontSize=14, leading=18, spaceBefore=8
    )
    title = ParagraphStyle("title", parent=head, fontSize=20, leading=24, spaceAfter=6)
    small = ParagraphStyle("small", parent=body, fontSize=9, spaceAfter=14)
    story = [
        Paragraph(html.escape(article.title, quote=False), title),
        Paragraph(f"By {article.author} | {article.day}", small),
    ]
    for block in article.blocks:
        words, style = (block[3:], head) if block.startswith("## ") else (block, body)
        story.append(Paragraph(html.escape(words, quote=False), style))

    def decorate(canvas: Any, template: Any) -> None:
        canvas.setFont("Times-Italic", 9)
        canvas.drawString(54, template.pagesize[1] - 36, article.source)
        canvas.drawRightString(
            template.pagesize[0] - 54, 30, f"Page {canvas.getPageNumber()}"
        )

    written = io.BytesIO()
    date = datetime.datetime.fromisoformat(f"{article.date}T09:00:00+00:00")
    os.environ["SOURCE_DATE_EPOCH"] = str(
        int(date.timestamp())
    )  # reportlab's creation date
    SimpleDocTemplate(
        written,
        pagesize=A5 if Path(article.name).stem in _SMALL_PAGES else A4,
        title=article.title,
        author=article.author,
        leftMargin=54,
        rightMargin=54,
        topMargin=54,
        bottomMargin=54,
        invariant=1,
    ).build(story, onFirstPage=decorate, onLaterPages=decorate)
    return written.getvalue()


WRITERS = {
    ".txt": as_text,
    ".md": as_markdown,
    ".html": as_html,
    ".docx": as_docx,
    ".pdf": as_pdf,
}


def main(folder: Path) -> None:
    """Write every article into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for article in articles(ARTICLES.read_text(encoding="utf-8")):
        path = folder / article.name
        path.write_bytes(WRITERS[path.suffix](article))
        print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES)
