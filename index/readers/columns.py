"""The order in which a person reads the lines of a page: columns, and rows inside them. Pure.

A gutter parts columns where text runs in lines of much the same length on both of its sides.
Lines that cross it, such as titles, part the page into bands. What stands beside each other
without filling columns, a table or a letter's head, is read row by row. These rules have no
outside source; they were tried on pages set in one to three columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Boxes = NDArray[np.float32]  # (n, 4): left, top, right, bottom

__all__ = ["rows_in_order"]

_CROSSING = 0.5  # of all the lines' width at most, for a gutter to be one
_LEAST_ROWS = 3  # on either side of a gutter
_RUNNING = 7.0  # heights: shorter lines than that make no column of text
_FILLED = 0.5  # of a column's width must be filled by its usual line
_SOLID = 0.8  # of a row's width is writing; between the cells of a table there is nothing
_OVERLAP = 0.4  # of the lower column's height must be beside the other
_GUTTER = 0.6  # heights


def rows_in_order(boxes: Boxes) -> list[list[int]]:
    """Return the rows of a page as they are read, each as the places of its boxes.

    Args:
        boxes: of lines or parts of lines, upright, in any order.
    """
    return _ordered(boxes, np.arange(len(boxes)))


def _ordered(boxes: Boxes, here: NDArray[np.intp]) -> list[list[int]]:
    gutter = _gutter(boxes[here])
    if gutter is None:
        return _rows(boxes, here)
    left, _, right, _ = boxes[here].T
    before, after = here[right <= gutter], here[left >= gutter]
    crossing = here[(left < gutter) & (right > gutter)]
    rows: list[list[int]] = []
    for row in [*_rows(boxes, crossing), []]:
        edge = float(_middle(boxes[row]).mean()) if row else np.inf
        for side in (before, after):
            rows += _ordered(boxes, side[_middle(boxes[side]) < edge])
        before, after = (side[_middle(boxes[side]) >= edge] for side in (before, after))
        if row:
            rows.append(row)
    return rows


def _middle(boxes: Boxes) -> Boxes:
    return np.asarray((boxes[:, 1] + boxes[:, 3]) / 2, np.float32)


def _gutter(boxes: Boxes) -> float | None:
    """Return where the gutter runs that the fewest lines cross, None if there is none."""
    if len(boxes) < 2 * _LEAST_ROWS:
        return None
    height = float(np.median(boxes[:, 3] - boxes[:, 1]))
    lefts, rights = boxes[:, 0], boxes[:, 2]
    best, least = None, (_CROSSING * float((rights - lefts).sum()), 0.0)
    for edge in np.unique(rights):
        if not (lefts > edge).any():
            break
        place = float(edge + lefts[lefts > edge].min()) / 2
        before, after = rights <= place, lefts >= place
        crossing = float((rights - lefts)[~(before | after)].sum())
        width = float(lefts[after].min() - rights[before].max())
        cost = crossing, -width
        if (
            cost < least
            and width > _GUTTER * height
            and _are_columns(boxes[before], boxes[after], height)
        ):
            best, least = place, cost
    return best


def _are_columns(before: Boxes, after: Boxes, height: float) -> bool:
    sides = (before, after)
    if any(len(_rows(side, np.arange(len(side)))) < _LEAST_ROWS for side in sides):
        return False
    top = max(side[:, 1].min() for side in sides)
    bottom = min(side[:, 3].max() for side in sides)
    lower = min(side[:, 3].max() - side[:, 1].min() for side in sides)
    return bottom - top > _OVERLAP * lower and all(_runs(side, height) for side in sides)


def _runs(side: Boxes, height: float) -> bool:
    """Say whether the rows of one side look like running text."""
    rows = [side[row] for row in _rows(side, np.arange(len(side)))]
    widths = np.array([row[:, 2].max() - row[:, 0].min() for row in rows])
    inked = np.array([(row[:, 2] - row[:, 0]).sum() for row in rows])
    usual = float(np.median(widths))
    solid = float(np.median(inked / np.maximum(widths, 1e-3))) > _SOLID
    return solid and usual > _RUNNING * height and usual > _FILLED * float(widths.max())


def _rows(boxes: Boxes, here: Sequence[int] | NDArray[np.intp]) -> list[list[int]]:
    """Return rows from the top, each from the left: boxes whose middles are level."""
    rows: list[list[int]] = []
    level = -np.inf
    for at in sorted(map(int, here), key=lambda at: float(boxes[at, 1] + boxes[at, 3])):
        middle = float(boxes[at, 1] + boxes[at, 3]) / 2
        if rows and middle - level < 0.5 * _least_height(boxes[[*rows[-1], at]]):
            rows[-1].append(at)
        else:
            rows.append([at])
            level = middle
    return [sorted(row, key=lambda at: float(boxes[at, 0])) for row in rows]


def _least_height(boxes: Boxes) -> float:
    return float((boxes[:, 3] - boxes[:, 1]).min())
