"""What is filled in and remarked on a PDF's pages: form fields and annotations.

A page's text layer holds neither; every viewer shows both. Runs inside PDFium's lock.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.readers.normalise import squeeze

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pypdfium2 import PdfPage

__all__ = ["Remark", "remarks_on"]

_MOST = 2_000  # on one page
_LONGEST = 1 << 16  # bytes of one text
_YES, _NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Remark:
    """A field with its value, or an annotation."""

    text: str  # "Surname: Quill", "Note: see page 3"
    box: tuple[float, float, float, float]  # left, top, right, bottom as PDFium has them
    is_field: bool


def remarks_on(page: PdfPage) -> list[Remark]:
    """Return the filled fields and the annotations of a page, as the file has them."""
    from pypdfium2 import raw

    found: list[Remark] = []
    radios: set[str] = set()
    for index in range(min(raw.FPDFPage_GetAnnotCount(page.raw), _MOST)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        try:
            found += _remark(page, annotation, radios)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
    return found


def _remark(page: PdfPage, annotation: object, radios: set[str]) -> Iterator[Remark]:
    from pypdfium2 import raw

    kind = raw.FPDFAnnot_GetSubtype(annotation)
    box = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(annotation, ctypes.byref(box)):
        return
    edges = (box.left, box.top, box.right, box.bottom)
    if kind == raw.FPDF_ANNOT_WIDGET:
        said = _field(page, annotation, radios)
        if said:
            yield Remark(said, edges, is_field=True)
    elif kind not in {raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP}:
        text = squeeze(
            _text(lambda *a: raw.FPDFAnnot_GetStringValue(annotation, b"Contents", *a))
        )
        if text:
            yield Remark(f"Note: {text}", edges, is_field=False)


def _field(page: PdfPage, annotation: object, radios: set[str]) -> str:
    """Return a field as "Name: value", "" if it is empty."""
    from pypdfium2 import raw

    form = page.formenv.raw if page.formenv is not None else None
    if form is None:
        return ""
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    own = _text(lambda *a: raw.FPDFAnnot_GetFormFieldName(form, annotation, *a))
    told = _text(lambda *a: raw.FPDFAnnot_GetFormFieldAlternateName(form, annotation, *a))
    name = squeeze(told or own.replace("_", " "))
    if kind == raw.FPDF_FORMFIELD_PUSHBUTTON:
        return ""
    if kind == raw.FPDF_FORMFIELD_CHECKBOX:
        return f"{name}: {_YES if raw.FPDFAnnot_IsChecked(form, annotation) else _NO}"
    value = _text(lambda *a: raw.FPDFAnnot_GetFormFieldValue(form, annotation, *a))
    if kind == raw.FPDF_FORMFIELD_RADIOBUTTON:
        if own in radios or not raw.FPDFAnnot_IsChecked(form, annotation):
            return ""
        radios.add(own)
        value = _text(
            lambda *a: raw.FPDFAnnot_GetFormFieldExportValue(form, annotation, *a)
        )
    value = squeeze(value)
    return f"{name}: {value}" if value and name else value


def _text(get: Callable[[object, int], int]) -> str:
    """Return what a function of PDFium writes into a buffer, as UTF-16."""
    from pypdfium2 import raw

    size = min(int(get(None, 0)), _LONGEST)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    get(ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", errors="replace")
