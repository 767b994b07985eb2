"""Claims made by rule from rows of the pool: statements, true and with another answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.evaluate.measures.answers import normalize
from assistant.evaluate.measures.corruption import NAME, corrupt
from assistant.text.words import content_words, coverage
from index.sentences import sentences
from models.training.entailment_claims import reworded, statement

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping, Sequence

    from assistant.reading.extract import Extractor

__all__ = ["claims_of", "window_of"]

LONGEST = 60  # words of a sentence


def claims_of(
    row: Mapping[str, Any],
    siblings: Sequence[Mapping[str, Any]],
    text: str,
    extractor: Extractor,
    rng: random.Random,
) -> Iterator[tuple[str, str, bool]]:
    """Yield claims about a row's text: what kind each is, the claim, and whether it is true."""
    question, answers = row["question"], row["answers"]
    for other in _other_answers(row, siblings, text, extractor, rng):
        said = statement(question, other)
        if said:
            yield "other answer", said, False
        elif rng.random() < 0.5:  # noqa: PLR2004
            yield "other answer alone", other, False
    if not answers:
        return
    answer = min(answers, key=len)
    said = statement(question, answer)
    if said:
        yield "statement", said, True
        yield from _changed(said, text, rng, 1)
    if not said or rng.random() < 0.2:  # noqa: PLR2004
        yield "answer alone", answer, True
    yield from _of_sentence(row, text, answer, rng)


def _of_sentence(
    row: Mapping[str, Any], text: str, answer: str, rng: random.Random
) -> Iterator[tuple[str, str, bool]]:
    """Yield the gold sentence, as it is and in other words, and changed."""
    held = [s.text_of(text) for s in sentences(text)]
    gold = next((sentence for sentence in held if answer in sentence), "")
    if not gold or len(gold.split()) > LONGEST or rng.random() < 0.5:  # noqa: PLR2004
        return
    other = reworded(gold, rng)
    yield ("reworded", other, True) if other else ("sentence", gold, True)
    yield from _changed(gold, str(row["paragraph"]), rng, 1)


def _changed(
    claim: str, text: str, rng: random.Random, most: int
) -> Iterator[tuple[str, str, bool]]:
    made = list(corrupt(claim, [text], rng).items())
    rng.shuffle(made)
    for kind, changed in made[:most]:
        yield f"changed {kind}", changed, False


def _other_answers(
    row: Mapping[str, Any],
    siblings: Sequence[Mapping[str, Any]],
    text: str,
    extractor: Extractor,
    rng: random.Random,
) -> list[str]:
    """Return up to two wrong answers: the likeliest, and another that stands in the text."""
    right = [normalize(answer) for answer in row["answers"]]

    def wrong(words: str) -> bool:
        said = normalize(words)
        return bool(said) and not any(said in gold or gold in said for gold in right)

    read = extractor.extract(row["question"], [text], titles=[row["title"]], n=3)[0]
    likely = [text[s.start : s.end] for s in read if wrong(text[s.start : s.end])]
    others = [a for sib in siblings for a in sib["answers"][:1] if a in text and wrong(a)]
    others += [m.group() for m in NAME.finditer(text) if wrong(m.group())]
    others = [o for o in others if normalize(o) not in normalize(row["question"])]
    return [*likely[:1], *([rng.choice(others)] if others else [])]


def window_of(text: str, question: str, answers: Sequence[str]) -> str:
    """Return the sentence of the answer, or nearest to the question, and those beside it."""
    spans = sentences(text)
    if not spans:
        return text
    words = content_words(question)

    def near(place: int) -> tuple[bool, float]:
        sentence = spans[place].text_of(text)
        held = frozenset(content_words(sentence))
        return any(a in sentence for a in answers), coverage(words, held)

    best = max(range(len(spans)), key=near)
    start = spans[max(best - 1, 0)].start
    return text[start : spans[min(best + 1, len(spans) - 1)].end]
