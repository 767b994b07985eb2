"""How alike two texts are, on the same scale whichever model made their vectors.

Models differ in what the cosine of two texts says: of texts that have nothing to do with each
other it is about 0 for some and about 0.75 for others (multilingual-e5). Thresholds and
weighted sums need one scale: 0 for such texts, 1 for the same text.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["likeness"]

Cosine = TypeVar("Cosine", float, NDArray[np.float32])


def likeness(cosine: Cosine, unrelated: float) -> Cosine:
    """Return a cosine, or an array of them, on that scale.

    Args:
        cosine: Of two texts' vectors.
        unrelated: What the model gives texts that have nothing to do with each other.
    """
    return (cosine - unrelated) / (1 - unrelated)
