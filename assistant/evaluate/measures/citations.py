"""Citations judged by spans, without a model: precision, recall, faults, support.

A citation is right when it shares at least one code point with a gold sentence of its
question (`gold.citation_gold`), in the way ALCE's citation precision and recall are defined
(Gao et al., "Enabling Large Language Models to Generate Text with Citations", EMNLP 2023),
with the gold spans in the place of an entailment model. The faults are those of `quotes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.evaluate.measures.gold import citation_gold, covered, needed_together
from assistant.evaluate.measures.quotes import Fault, classify, quoted, stands_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.evaluate.types import (
        Outcome,
        Prediction,
        Question,
        Quote,
        SetDocument,
        Trace,
    )

__all__ = ["SUPPORTED", "Shown", "citation_scores", "exact", "faults", "support_counts"]

SUPPORTED = "supported"


@dataclass(frozen=True, slots=True)
class Shown:
    """Words shown as a quotation, and what is wrong with them (None: nothing)."""

    text: str
    fault: Fault | None


def citation_scores(question: Question, prediction: Prediction) -> dict[str, float]:
    """Return citation figures of one answered question; empty when abstained.

    `cited` is 1 with at least one citation. `citation_precision` is the share of the
    citations that overlap gold (undefined without any; 0 on an unanswerable question).
    `citation_recall` is the share of gold sentences cited; where gold is only the words of
    the answer, one place of them is enough.
    """
    if prediction.abstained:
        return {}
    places = [quote.place for quote in prediction.citations]
    scores = {"cited": float(bool(places))}
    gold = citation_gold(question)
    if places and (gold or not question.answerable):
        scores["citation_precision"] = sum(covered(places, gold)) / len(places)
    if gold:
        hits = covered(gold, places)
        share = sum(hits) / len(hits)
        together = needed_together(question, gold)
        scores["citation_recall"] = share if together else float(any(hits))
    return scores


def exact(quote: Quote, documents: Mapping[str, SetDocument]) -> bool:
    """Say whether the words shown are, to the character, what stands at their place."""
    document = documents.get(quote.doc)
    in_range = document is not None and 0 <= quote.start < quote.end <= len(document.text)
    return (
        in_range
        and document is not None
        and document.text[quote.start : quote.end] == quote.text
    )


def faults(
    question: Question, outcome: Outcome, documents: Mapping[str, SetDocument]
) -> list[Shown]:
    """Judge every quotation a person was shown.

    These are the citations, the nearest passages offered instead of an answer, and all
    words between quotation marks in the answer, except those taken from the question. Words
    in the answer belong to the citations of their claim; where the claim has none, or no
    claims are known, to any citation and any passage of the prompt.
    """
    prediction, trace = outcome.prediction, outcome.trace
    shown = _shown_texts(prediction, trace, documents)

    def judge(text: str, *, fine: bool) -> Shown:
        if fine:
            return Shown(text, None)
        everywhere = (document.text for document in documents.values())
        return Shown(text, classify(text, shown, everywhere))

    found = [
        judge(quote.text, fine=exact(quote, documents))
        for quote in (*prediction.citations, *trace.nearest)
    ]
    for start, end, words in quoted(prediction.answer):
        if not stands_in(words, question.question):
            sources = _sources_at(start, end, prediction, trace) or shown
            found.append(judge(words, fine=any(stands_in(words, s) for s in sources)))
    return found


def support_counts(question: Question, outcome: Outcome) -> dict[str, float]:
    """Count the claims of one question by their mark and by whether they rest on gold.

    A claim rests on gold when one of its citations overlaps gold; no claim does on an
    unanswerable question. Keys: `supported`, `supported_gold`, `not_supported`,
    `not_supported_gold`. Empty where there is no gold to judge by.
    """
    gold = citation_gold(question)
    prediction = outcome.prediction
    if prediction.abstained or (question.answerable and not gold):
        return {}
    counts = dict.fromkeys(
        ("supported", "supported_gold", "not_supported", "not_supported_gold"), 0.0
    )
    for claim in outcome.trace.claims:
        places = [prediction.citations[i].place for i in claim.citations]
        mark = SUPPORTED if claim.support == SUPPORTED else "not_supported"
        counts[mark] += 1
        counts[f"{mark}_gold"] += any(covered(gold, places))
    return counts


def _shown_texts(
    prediction: Prediction, trace: Trace, documents: Mapping[str, SetDocument]
) -> list[str]:
    places = [quote.place for quote in (*prediction.citations, *trace.nearest)]
    texts = []
    for place in dict.fromkeys((*places, *trace.prompt)):
        document = documents.get(place.doc)
        if document is not None:
            texts.append(document.text[max(place.start, 0) : max(place.end, 0)])
    return texts


def _sources_at(start: int, end: int, prediction: Prediction, trace: Trace) -> list[str]:
    return [
        prediction.citations[i].text
        for claim in trace.claims
        if claim.start <= start and end <= claim.end
        for i in claim.citations
    ]
