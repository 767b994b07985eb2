"""Mail: every text once, whose words they are, and what damage it survives."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.readers.mail import read_mail
from index.readers.quoted import Mark, attributed, without_marks
from index.readers.source import Limits
from index.types import PartState

if TYPE_CHECKING:
    from index.types import Document

PLAIN = "Dear Bea,\n\nthe mast is delivered on Friday and costs 310 crowns.\n\nAlf\n"
PAGE = (
    "<html><body><p>Dear Bea,</p><p>the mast is delivered on <b>Friday</b> and costs 310 "
    "crowns.</p><p>Alf</p></body></html>"
)
STUB = "This message needs a newer mail program.\n"


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    given = {"From": "Alf Rudd <alf@rudd.example>", "To": "bea@oar.example"} | headers
    given.setdefault("Date", "Tue, 02 Jun 2026 09:00:00 +0200")
    given.setdefault("Subject", "The mast")
    for name, value in given.items():
        message[name] = value
    return message


def read(message: EmailMessage | bytes | str) -> Document:
    data = message.encode() if isinstance(message, str) else bytes(message)
    return read_mail(data, Path("mail.eml"), Limits())


def alternatives(plain: str, page: str) -> EmailMessage:
    message = mail()
    message.set_content(plain)
    message.add_alternative(page, subtype="html")
    return message


def test_the_head_is_text_with_copies_and_attachments() -> None:
    message = mail(Cc="Cai <cai@oar.example>")
    message.set_content(PLAIN)
    message.add_attachment(b"%PDF-", "application", "pdf", filename="offer.pdf")
    text = read(message).text
    assert text.startswith(
        "From: Alf Rudd <alf@rudd.example>\nTo: bea@oar.example\nCc: Cai <cai@oar.example>\n"
        "Date: Tue, 02 Jun 2026 09:00:00 +0200\nSubject: The mast\nAttachments: offer.pdf\n\n"
        "Dear Bea,"
    )


@pytest.mark.parametrize(
    ("plain", "page", "aside"),
    [
        (PLAIN, PAGE, "text as HTML"),
        (STUB, PAGE, "plain text"),
        ("", PAGE, ""),
    ],
)
def test_the_fuller_form_is_read_and_never_both(plain: str, page: str, aside: str) -> None:
    document = read(alternatives(plain, page))
    assert document.text.count("310 crowns") == 1
    assert "newer mail program" not in document.text
    set_aside = [p for p in document.parts if p.state is PartState.SET_ASIDE]
    names = [part.name for part in set_aside if part.name != "technical headers"]
    assert names == ([aside] if aside else [])
    assert all(part.reason for part in set_aside)


def test_tables_of_a_page_stay_tables() -> None:
    rows = "<table><tr><th>part<th>crowns</tr><tr><td>mast<td>310</tr></table>"
    document = read(alternatives(STUB, f"<h2>Offer</h2>{rows}"))
    (table,) = document.tables
    spans = [cell.span for cell in table.cells if cell.span]
    texts = [span.text_of(document.text) for span in spans]
    assert texts == ["part", "crowns", "mast", "310"]
    titles = [(heading.level, heading.title) for heading in document.headings]
    assert titles == [(1, "Alf Rudd, 2 June 2026"), (3, "Offer")]
    assert document.text[document.headings[1].start :].startswith("Offer")


def test_all_texts_of_a_mail_are_read_but_none_twice() -> None:
    message = mail()
    message.make_mixed()
    for text in ("The first part.\n", "The second part.\n", "The first part.\n"):
        part = EmailMessage()
        part.set_content(text)
        message.attach(part)
    document = read(message)
    assert document.text.endswith("\n\nThe first part.\n\nThe second part.")


REPLY = """I would wait.

On 1 June 2026 at 18:02 Bea Orme wrote:
> The mast is cracked. Shall we buy a new one?
>
> Am 31.05.26 um 07:15 schrieb Cai Lund:
>> I saw a crack at the foot.
> Or mend it?

My brother can mend it.
"""


def test_quoted_words_stand_under_who_wrote_them() -> None:
    message = mail(Subject="Re: The mast")
    message.set_content(REPLY)
    document = read(message)
    assert ">" not in document.text.split("\n\n", 1)[1]
    under = [
        (heading.title, document.text[heading.start :].split("\n")[0])
        for heading in document.headings
    ]
    assert under == [
        ("Alf Rudd, 2 June 2026", "I would wait."),
        ("Bea Orme, 1 June 2026", "On 1 June 2026 at 18:02 Bea Orme wrote:"),
        ("Cai Lund, 31.05.26", "Am 31.05.26 um 07:15 schrieb Cai Lund:"),
        ("Bea Orme, 1 June 2026", "Or mend it?"),
        ("Alf Rudd, 2 June 2026", "My brother can mend it."),
    ]
    read_parts = {p.name: p.characters for p in document.parts}
    assert read_parts["marks of quotation"] == REPLY.count(">")


def test_quotations_of_a_page_stand_under_who_wrote_them() -> None:
    document = read(
        alternatives(
            STUB,
            "<p>I would wait.</p><div>On 1 June 2026 at 18:02 Bea Orme wrote:</div>"
            "<blockquote><p>Shall we buy a new one?</p></blockquote><p>I mend it.</p>",
        )
    )
    titles = [heading.title for heading in document.headings]
    assert titles == [
        "Alf Rudd, 2 June 2026",
        "Bea Orme, 1 June 2026",
        "Alf Rudd, 2 June 2026",
    ]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("On Mon, Jun 1, 2026 at 6:02 PM Bea Orme <bea@oar.example> wrote:", "Jun 1, 2026"),
        ("Am Mo., 1. Juni 2026 um 18:02 Uhr schrieb Bea Orme <b@oar.example>:", "1. Juni 2026"),
        ("Le lun. 1 juin 2026 à 18:02, Bea Orme <bea@oar.example> a écrit :", "1 juin 2026"),
        ("El lun, 1 jun 2026 a las 18:02, Bea Orme (<b@oar.example>) escribió:", "1 jun 2026"),
        ("Il giorno lun 1 giu 2026 18:02 Bea Orme <b@a.example> ha scritto:", "1 giu 2026"),
        ("Em seg., 1 de jun. de 2026 às 18:02, Bea Orme escreveu:", "1 de jun. de 2026"),
        ("Den mån 1 juni 2026 kl 18:02 skrev Bea Orme <bea@oar.example>:", "1 juni 2026"),
        ("Op ma 1 jun 2026 om 18:02 schreef Bea Orme <bea@oar.example>:", "1 jun 2026"),
        ("W dniu 01.06.2026 o 18:02, Bea Orme pisze:", "01.06.2026"),
        ("ma 1. kesäk. 2026 klo 18.02 Bea Orme (bea@oar.example) kirjoitti:", "1. kesäk. 2026"),
        ("1 июня 2026 г. в 18:02, Bea Orme <bea@oar.example> написал:", "1 июня 2026"),
        ("2026年6月1日(月) 18:02 Bea Orme <bea@oar.example>:", "2026年6月1日"),
        ("Bea Orme writes:", ""),
    ],
)  # fmt: skip
def test_the_line_above_a_quotation_says_who_and_when(line: str, title: str) -> None:
    marks = attributed(without_marks(f"Yes.\n\n{line}\n> Shall we?\n"), "Alf")
    named = f"Bea Orme, {title}" if title else "Bea Orme"
    assert marks == [Mark(0, "Alf"), Mark(2, named)]


def test_a_line_wrapped_by_the_mail_program_is_one() -> None:
    line = "On Mon, Jun 1, 2026 at 6:02 PM Bea Orme\n<bea@oar.example> wrote:"
    marks = attributed(without_marks(f"Yes.\n\n{line}\n\n> Shall we?\n"), "Alf")
    assert [mark.title for mark in marks] == ["Alf", "Bea Orme, Jun 1, 2026"]


@pytest.mark.parametrize(
    "labels",
    [
        ("From", "Sent", "To", "Subject"),
        ("Von", "Gesendet", "An", "Betreff"),
        ("De", "Envoyé", "À", "Objet"),
        ("*Från:*", "*Skickat:*", "*Till:*", "*Ämne:*"),
        ("发件人", "发送时间", "收件人", "主题"),
    ],
)
def test_a_block_of_headers_says_whose_the_rest_is(labels: tuple[str, ...]) -> None:
    values = ("Bea Orme <bea@oar.example>", "1 June 2026 18:02", "Alf", "The mast")
    block = "\n".join(
        f"{label if '*' in label else label + ':'} {value}"
        for label, value in zip(labels, values, strict=True)
    )
    text = f"I would wait.\n\n{block}\n\nShall we buy a new one?\n"
    marks = attributed(without_marks(text), "Alf")
    assert marks == [Mark(0, "Alf"), Mark(2, "Bea Orme, 1 June 2026")]


@pytest.mark.parametrize(
    "text",
    [
        "Please bring by 1 June 2026:\n\nthe sail and the oars.\n",
        "The board says:\n\nthe pier is closed.\n",
        "Name: Alf\nPhone: 12\nColour: red\n\nThat is all.\n",
    ],
)
def test_a_colon_alone_gives_nobody_the_word(text: str) -> None:
    assert attributed(without_marks(text), "Alf") == [Mark(0, "Alf")]


def test_flowing_lines_are_joined_within_a_quotation() -> None:
    lines = without_marks(
        "> the mast \n> is cracked\n \nyes \nand no\n-- \nAlf", flowed=True
    )
    assert [(line.depth, line.text) for line in lines if line.text] == [
        (1, "the mast is cracked"),
        (0, "yes and no"),
        (0, "--"),
        (0, "Alf"),
    ]


@given(
    st.lists(
        st.sampled_from(("> a", ">> b", "c", "", "On 1 June 2026 X wrote:", ">")),
        max_size=12,
    )
)
def test_marks_are_in_order_and_on_lines(lines: list[str]) -> None:
    parsed = without_marks("\n".join(lines))
    marks = attributed(parsed, "Alf")
    assert [mark.line for mark in marks] == sorted({mark.line for mark in marks})
    assert all(parsed[mark.line].text.strip() for mark in marks)


def test_damaged_headers_and_bodies_are_read_as_well_as_may_be() -> None:
    head = b"From: J\xf6rn =?utf-8?q?K=C3=B6h?= <j@oar.example>\nSubject: =?x-none?q?M=F6we?=\n"
    broken = b"Content-Type: text/plain; charset=x-none\n\nDer Mast ist f\xfcr M\xf6wen.\n"
    document = read(head + broken)
    assert "Der Mast ist für Möwen." in document.text
    assert "Jörn" in document.author
    assert document.title == "Möwe"
    cut = b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nVGhlIG1hc3Q=\n!!"
    assert read(b"From: a@oar.example\n" + cut).text.endswith("The mast")


def test_bytes_below_128_can_be_japanese() -> None:
    body = "鍵は隣の人が持っています。".encode("iso2022_jp")
    head = b"From: a@oar.example\nContent-Type: text/plain; charset=iso-2022-jp\n\n"
    assert read(head + body).text.endswith("鍵は隣の人が持っています。")


def test_what_is_nested_without_end_is_said() -> None:
    body = b"the end"
    for number in range(300):
        mark = b"b%d" % number
        head = b"Content-Type: multipart/mixed; boundary=" + mark + b"\n\n"
        body = head + b"--" + mark + b"\n" + body + b"\n--" + mark + b"--\n"
    document = read(b"From: a@oar.example\n" + body)
    assert any(part.state is PartState.NOT_READ for part in document.parts)


@settings(deadline=None)
@given(st.data())
def test_a_damaged_mail_ends_in_a_document_or_an_error(data: st.DataObject) -> None:
    whole = bytearray(bytes(alternatives(REPLY, PAGE)))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        document = read(bytes(whole[: data.draw(st.integers(1, len(whole)))]))
    except ReadError:
        return  # any other error fails
    assert all(0 <= heading.start < len(document.text) for heading in document.headings)
