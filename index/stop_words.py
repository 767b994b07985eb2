"""English words that say nothing of what a question is about.

BM25 all but ignores words that stand everywhere; leaving them out of the query spares FTS5
from reading through every row that holds them. Other languages lose only that speed. Words
that are a month, a name or a country as well ("may", "will", "us") are not among them.
"""

from __future__ import annotations

__all__ = ["STOP_WORDS"]

STOP_WORDS = frozenset(
    """
    a about after again all also am an and any are as at be because been before being both but
    by can could did do does doing during each else ever few for from further had has have
    having he her here hers him his how i if in into is it its itself just let like many me
    more most much must my no nor not of off on once only or other ought our out over own
    said same say says shall she should so some such than that the their them then there these
    they this those through to too under until up upon very was we were what when where
    whether which while who whom whose why with within would yes you your s t d ll re ve m
    """.split()
)
