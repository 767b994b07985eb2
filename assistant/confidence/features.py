"""What the pipeline already knows about how sure an answer can be, as named numbers.

A calibration is fitted on these by name and applied to these by name, so a feature may be
added at any time: an older calibration does not look at it. Nothing here decides anything.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from assistant.confidence.calibration import log_sum, probability
from assistant.reading.focus import sentences_of
from assistant.reading.merit import Grounds, grounds
from assistant.reading.said import same_words
from assistant.reading.sayings import speaker_asked_for
from assistant.text.language import languages_differ
from assistant.text.words import content_words, coverage
from assistant.types import (
    Checked,
    Finished,
    LookedUp,
    ModelScores,
    Retrieved,
    Support,
    Token,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.types import Claim, Event, Finding, Passage
    from index.types import Hit

__all__ = ["features"]

AGREEMENT_DEPTH = 3  # of the first hits, how many are near the top of both rankings
NEAR_THE_TOP = 10
LEAST_MASS = 1e-6  # so that its logarithm is finite
LEAST_LOG = -20.0  # nats; less likely is as good as impossible
MOST_PROBABLE = 0.999
MOST_LEAD = 3.0  # nats, of a finding that has no rival
NO_GROUNDS = Grounds(0, 0, 0, 0, 0, 0, 0, 0)  # of a question without any finding
SHORT_QUESTION = 3  # content words; one with fewer, but any, is not held to be worse
UNSAID = 2  # times as grave as another word: it puts words into somebody's mouth
WEIGHED = 5  # passages whose findings are set against each other
WORDS_ABROAD = 0.35  # of a search score; what is well found has so much of it from words
FEW = 5  # hits whose mean says whether the first one stands out


def features(question: str, events: Sequence[Event], refusal: str = "") -> dict[str, float]:
    """Return every feature of an answer; all are finite.

    A comparison is as sure as the side that was found less surely.

    Args:
        question: The question as it was searched for.
        events: What the pipeline yielded, with or without `Finished`.
        refusal: What the model writes for "no answer".
    """
    found = next((e for e in events if isinstance(e, Retrieved)), Retrieved((), ()))
    if found.sides:
        side = min(found.sides, key=lambda side: side.finding.score)
        question, found = side.question, side.found
    draft = "".join(event.text for event in events if isinstance(event, Token))
    return (
        _retrieval(found.hits)
        | _question(question, found.passages)
        | _reading(found.findings, found.elsewhere)
        | _finding(question, found)
        | _claims(_claims_of(events))
        | _draft(draft, refusal)
        | _model(events)
    )


def _claims_of(events: Sequence[Event]) -> list[Claim]:
    """Return the claims checked on the way; those of the answer where none was written."""
    checked = [event.claim for event in events if isinstance(event, Checked)]
    last = events[-1] if events else None
    return checked or (list(last.answer.claims) if isinstance(last, Finished) else [])


def _retrieval(hits: Sequence[Hit]) -> dict[str, float]:
    """Say how near the first hits are, whether one stands out, whether rankings agree."""
    similarities = [hit.similarity or 0.0 for hit in hits[:FEW]] or [0.0]
    scores = [hit.score for hit in hits[:FEW]] or [0.0]
    second = scores[1] if len(scores) > 1 else 0.0
    agreeing = sum(_near(hit.dense_rank) and _near(hit.lexical_rank) for hit in hits[:3])
    first = hits[0] if hits else None
    return {
        "similarity_first": similarities[0],
        "similarity_best": max(similarities),
        "similarity_mean": sum(similarities) / len(similarities),
        "score_first": scores[0],
        "score_gap": scores[0] - second,
        "score_lead": scores[0] - sum(scores) / len(scores),
        "rank_agreement": agreeing / AGREEMENT_DEPTH,
        "dense_rank_first": _reciprocal(first.dense_rank if first else None),
        "lexical_rank_first": _reciprocal(first.lexical_rank if first else None),
    }


def _question(question: str, passages: Sequence[Passage]) -> dict[str, float]:
    """Say how much of the question one passage, and one sentence, speaks of."""
    words = content_words(question)
    texts = [passage.chunk.text for passage in passages]
    parts = [span.text_of(text) for text in texts for span in sentences_of(text)]
    return {
        "passage_coverage": max((_share(words, text) for text in texts), default=0.0),
        "sentence_coverage": max((_share(words, part) for part in parts), default=0.0),
        "question_words": math.log1p(max(len(words), SHORT_QUESTION) if words else 0),
        "passages": float(len(passages)),
    }


def _reading(
    findings: tuple[Finding, ...], elsewhere: tuple[Finding, ...]
) -> dict[str, float]:
    """Say how sure the reader is of the best finding, and how little speaks for another."""
    if not findings:
        return dict.fromkeys(
            (
                *("reader_score", "reader_logit", "reader_lead", "reader_mass"),
                "reader_total",
                *("merit", "merit_lead", "merit_share", "place_share"),
            ),
            0.0,
        )
    best = findings[0]
    others = [f for f in findings[1:] if not same_words(f, best)]
    likeliest: dict[int, float] = {}
    for finding in findings:
        known = likeliest.get(finding.passage, 0.0)
        likeliest[finding.passage] = max(known, probability(finding.score))
    return {
        "reader_score": best.score,
        "reader_logit": best.logit,
        "reader_total": best.total,
        "reader_lead": best.logit - max((f.logit for f in others), default=best.logit),
        "reader_mass": math.log(sum(likeliest.values()) + LEAST_MASS),
        "merit": best.merit,
        "merit_lead": best.merit - others[0].merit if others else MOST_LEAD,
    } | _shares(findings, elsewhere)


def _shares(
    findings: tuple[Finding, ...], elsewhere: tuple[Finding, ...]
) -> dict[str, float]:
    """Return which share of what was found, as a logarithm, speaks for the best of it.

    Always of the same number of passages: how many are shown is a setting, and says nothing
    of how sure one can be.
    """
    best = findings[0]
    among = (f for f in findings[1:] + elsewhere if f.passage <= WEIGHED)
    found = [best, *among]
    every = log_sum([f.merit for f in found])
    same = [f for f in found if _says_as_well(f, best)]
    # Other words of the same passage do not say that it is the wrong place.
    here = [f for f in found if f.passage == best.passage or _says_as_well(f, best)]
    return {
        "merit_share": log_sum([f.merit for f in same]) - every,
        "place_share": log_sum([f.merit for f in here]) - every,
    }


def _says_as_well(one: Finding, best: Finding) -> bool:
    """Say whether both say the same, or are what one person says of one matter."""
    statements = one.looked_up is best.looked_up is LookedUp.STATEMENT
    return statements or same_words(one, best)


def _finding(question: str, found: Retrieved) -> dict[str, float]:
    """Say what else speaks for the best finding.

    A near miss has the right kind of answer in a sentence that says something else. Where a
    name of the question stands in no document, whatever was found is about something else.
    """
    best = next(grounds(question, found.passages, found.findings), NO_GROUNDS)
    return {
        "finding_search": best.search + _words_abroad(question, found),
        "finding_sentence": best.sentence,
        "finding_window": best.window,
        "finding_agreement": best.agreement,
        "finding_opposed": best.opposed + len(found.unknown) + _unsaid(question, found),
        "finding_unnumbered": best.unnumbered,
        "finding_bridged": best.bridged,
    }


def _words_abroad(question: str, found: Retrieved) -> float:
    """Return what the words in common add to the score of a passage in the same language.

    In another language there are none, and that speaks against nothing.
    """
    taken = {finding.passage for finding in found.findings[:1]}
    passages = (p for p in found.passages if p.number in taken)
    abroad = any(languages_differ(question, p.chunk.text) for p in passages)
    return WORDS_ABROAD if abroad else 0.0


def _unsaid(question: str, found: Retrieved) -> int:
    """Return how much speaks against words that the one who is asked about did not say.

    Unless they are of a document that is named so: "What does the Tarn report say of ...?"
    """
    speaker = speaker_asked_for(question)
    if not speaker or any(f.looked_up is LookedUp.STATEMENT for f in found.findings):
        return 0
    titles = (p.source.called for p in found.passages[:1])
    return 0 if any(speaker in content_words(title) for title in titles) else UNSAID


def _claims(claims: Sequence[Claim]) -> dict[str, float]:
    """Say how well what was written is supported."""
    supported = sum(claim.support is Support.SUPPORTED for claim in claims)
    scores = [claim.score for claim in claims] or [0.0]
    return {
        "claims": math.log1p(len(claims)),
        "supported_share": supported / len(claims) if claims else 0.0,
        "support_best": max(scores),
        "support_mean": sum(scores) / len(scores),
    }


def _draft(draft: str, refusal: str) -> dict[str, float]:
    """Say whether the model itself refused, and how much it wrote."""
    said = content_words(draft)
    refused = bool(draft) and bool(refusal) and content_words(refusal) == said
    return {"refused": float(refused), "answer_words": math.log1p(len(said))}


def _model(events: Sequence[Event]) -> dict[str, float]:
    """Say how likely the language model found a refusal, and what was found."""
    scores = next((e for e in events if isinstance(e, ModelScores)), None)
    if scores is None:
        return {}
    refusal = max(scores.refusal, LEAST_LOG)
    return {
        "model_refusal": refusal,
        "model_refuses": math.log1p(-min(math.exp(refusal), MOST_PROBABLE)),
        "model_answer": max(scores.answer, LEAST_LOG),
    }


def _near(rank: int | None) -> bool:
    return rank is not None and rank <= NEAR_THE_TOP


def _reciprocal(rank: int | None) -> float:
    return 0.0 if rank is None else 1 / rank


def _share(words: Sequence[str], text: str) -> float:
    return coverage(words, frozenset(content_words(text)))
