"""What is found in tables as findings: the cell that was asked for, and what is none.

The span model was trained on sentences and cannot read tables: it takes the nearest figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.types import Finding
from index.table_headings import is_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.tables.lookup import FoundCell
    from assistant.types import LookedUp, Passage
    from index.types import Span

__all__ = ["found_at", "may_answer"]

# A cell that is named by row and column is taken to be as sure as the surer quarter of what the
# span model finds where it is right: these are the upper quartiles of its numbers there.
SCORE = 2.4
LOGIT = 10.0
TOTAL = 10.1


def found_at(passage: Passage, span: Span, kind: LookedUp) -> Finding:
    """Return some words of a passage as what was looked up."""
    text = span.shifted(-passage.chunk.span.start).text_of(passage.chunk.text)
    return Finding(passage.number, span, text, SCORE, LOGIT, total=TOTAL, looked_up=kind)


def may_answer(
    question: str, passage: Passage, finding: Finding, cells: Sequence[FoundCell]
) -> bool:
    """Say whether what the span model found may answer.

    Not in a table of a document of which a cell is known; and a figure in a table only where
    what names its row and its column is what is asked for.
    """
    if passage.tables is None or not passage.tables.holds(finding.span):
        return True
    if "\n" in finding.text:
        return False  # it runs over several rows
    if any(cell.document.id == passage.source.id for cell in cells):
        return False
    if not is_figure(finding.text):
        return True
    return passage.tables.says_all_asked(question, finding.span)
