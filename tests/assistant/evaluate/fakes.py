"""A scripted answerer: plausible and implausible outcomes, the same ones for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.evaluate.measures.gold import citation_gold, retrieval_gold
from assistant.evaluate.types import (
    ClaimTrace,
    Evidence,
    Json,
    Outcome,
    Place,
    Prediction,
    Question,
    QuestionSet,
    Quote,
    Ranked,
    Role,
    SetDocument,
    Trace,
)
from index.types import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS = (
    "river stone lamp north paper glass seven market 12 harbour green tower 1984".split()
)
PASSAGE = 80  # characters


def made_set(seed: int = 1, n: int = 60, documents: int = 9) -> QuestionSet:
    """Invent documents of random words, and questions whose gold is a span of them."""
    chance = random.Random(seed)
    docs = {}
    for i in range(documents):
        text = " ".join(chance.choice(WORDS) for _ in range(120))
        docs[f"doc-{i}"] = SetDocument(f"doc-{i}", text, f"Title {i}")
    questions = []
    for i in range(n):
        doc = docs[f"doc-{chance.randrange(documents)}"]
        answerable = chance.random() < 0.7
        evidence: tuple[Evidence, ...] = ()
        if answerable:
            start = doc.text.index(" ", chance.randrange(len(doc.text) - 120)) + 1
            end = doc.text.index(" ", start + 8)
            evidence = (
                Evidence(doc.id, Span(start, end), Role.ANSWER),
                Evidence(doc.id, Span(max(0, start - 30), end + 20), Role.SENTENCE),
            )
        answers = tuple(doc.text[e.span.start : e.span.end] for e in evidence[:1])
        near: dict[str, Json] = {"doc": doc.id, "start": 0, "end": 40}
        extra: dict[str, Json] = {"type": chance.choice(["a", "b"]), "near_paragraph": near}
        questions.append(
            Question(f"q{i}", f"What of {i}?", answers, answerable, evidence, extra=extra)
        )
    return QuestionSet("made", tuple(questions), docs)


@dataclass(frozen=True)
class Scripted:
    """Answers by chance: right, wrong or not at all, with citations near or off the gold."""

    documents: Mapping[str, SetDocument]
    seed: int = 0
    skill: float = 0.7
    features: tuple[str, ...] = ("top_score", "agreement")

    def __call__(self, question: Question) -> Outcome:
        chance = random.Random(f"{self.seed}/{question.id}")
        good = chance.random() < self.skill
        signal = min(1.0, max(0.0, chance.gauss(0.65 if good else 0.4, 0.15)))
        retrieved = self._retrieved(question, chance, good)
        abstained = signal < 0.42
        gold = citation_gold(question)
        spans = [*gold[:1]] if good and gold else [hit.place for hit in retrieved[:1]]
        quotes = tuple(self._quote(place) for place in spans)
        short = question.answers[0] if good and question.answers else "tower 77"
        answer = f"It is {short} [1]."
        claims = (
            ClaimTrace(
                0, len(answer), "supported" if signal > 0.5 else "unsupported", (0,)
            ),
        )
        return Outcome(
            Prediction(
                id=question.id,
                answer="" if abstained else answer,
                short_answer="" if abstained else short,
                abstained=abstained,
                confidence=round(signal, 3),
                citations=() if abstained else quotes,
                retrieved=tuple(retrieved),
                ttft_s=round(0.2 + chance.random(), 3),
                total_s=round(1.3 + chance.random(), 3),
            ),
            Trace(
                id=question.id,
                claims=() if abstained else claims,
                prompt=tuple(hit.place for hit in retrieved[:3]),
                nearest=quotes if abstained else (),
                draft=answer if abstained else "",
                prompt_tokens=400 + chance.randrange(200),
                answer_tokens=12,
                features={"top_score": signal, "agreement": chance.random()},
            ),
        )

    def _retrieved(
        self, question: Question, chance: random.Random, good: bool
    ) -> list[Ranked]:
        places = []
        for _ in range(10):
            doc = chance.choice(list(self.documents.values()))
            start = chance.randrange(max(1, len(doc.text) - PASSAGE))
            places.append(Place(doc.id, start, min(len(doc.text), start + PASSAGE)))
        for span in retrieval_gold(question):
            if good or chance.random() < 0.5:
                doc = self.documents[span.doc]
                low = max(0, span.start - 20)
                place = Place(span.doc, low, min(len(doc.text), low + PASSAGE))
                places.insert(chance.randrange(4 if good else 10), place)
        return [
            Ranked(p.doc, p.start, p.end, 1 / (i + 1)) for i, p in enumerate(places[:10])
        ]

    def _quote(self, place: Place) -> Quote:
        text = self.documents[place.doc].text[place.start : place.end]
        return Quote(place.doc, place.start, place.end, text)
