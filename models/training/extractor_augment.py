"""Training examples from rows: crops, typing errors, near misses made by rule, negatives.

Nothing is kept: every pass over the pool draws its examples anew from the seed.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.text.opposites import opposites

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from models.training.extractor_data import Row

__all__ = [
    "NUMBER",
    "Crop",
    "Example",
    "changed",
    "examples",
    "near_miss",
    "said_otherwise",
    "said_vaguely",
    "with_typing_errors",
    "without_answers",
]

NUMBER = re.compile(r"(?<![\w.,])\d[\d,.]*\d|(?<![\w.,])\d(?![\w.,])")
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")
WORD = re.compile(r"[^\W\d_]+")

# How often, of all questions, each thing is done to one.
NEAR_MISS = 0.15
OTHERWISE = 0.1
EMPTIED = 0.06
VAGUE = 0.14
TITLED = 0.7
SECOND_PASSAGE = 0.55
UNMARKED = 0.25
MISTYPED = 0.15
OPPOSITE_RATHER = 0.7  # than another number
# What stands in the place of an answer that is not told, by the question's word for it.
INSTEAD = {
    "who": "he|she|they|someone|a man|a woman|the winner|the author|another".split("|"),
    "where": "there|elsewhere|in the same place|abroad".split("|"),
    "when": "then|later|at that time|soon afterwards|earlier".split("|"),
    "many": "many|some|several|a few|more".split("|"),
    "": "it|this|something|another|others|that|the same".split("|"),
}
WITH_IT = re.compile(
    r"(?:\b(?:in|on|at|by|of|to|from|for|with|about|during|since|until|than|as|into|over|"
    r"under|near|around)\s+)?(?:\b(?:the|an?)\s+)?$",
    re.IGNORECASE,
)
JUST_LEFT_OUT = 0.4  # instead of said vaguely
TELLING = re.compile(r"\d+|[^\W\d_]{4,}")  # words that would still give an answer away
LONG_WORD = 4  # letters
LEAST_LEFT = 150  # characters
LONGEST_LEFT_OUT = 80  # the same


@dataclass(frozen=True, slots=True)
class Example:
    """A question with one passage and the spans that answer it there; none is "no answer"."""

    question: str
    title: str
    passage: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Crop:
    """How passages are cut: short ones make steps cheap, whole ones are what is met later."""

    shortest: int = 250  # characters
    longest: int = 800
    whole: float = 0.3  # share left as it is


def examples(
    row: Row, negatives: Sequence[Row], rng: random.Random, cut: Crop
) -> list[Example]:
    """Return the examples of one row for one pass: they share the question.

    The first is the row's own paragraph, or now and then an altered question that it does
    not answer, or a paragraph altered so that it does not; after it, mostly, another
    paragraph that BM25 finds for the question.
    """
    question, passage, spans = row.question, row.paragraph, row.spans
    drawn = rng.random()
    if spans and drawn < NEAR_MISS:
        altered = near_miss(question, passage, rng)
        if altered:
            question, spans = altered, ()
    elif spans:
        without = _not_answering(row, drawn - NEAR_MISS, rng)
        if without:
            passage, spans = without, ()
    shown = vary_question(question, rng)
    title = row.title if rng.random() < TITLED else ""
    made = [crop(Example(shown, title, passage, spans), rng, cut)]
    if negatives and rng.random() < SECOND_PASSAGE:
        other = negatives[min(int(rng.expovariate(0.6)), len(negatives) - 1)]
        named = other.title if title else ""
        made.append(crop(Example(shown, named, other.paragraph), rng, cut))
    return made


def _not_answering(row: Row, drawn: float, rng: random.Random) -> str:
    """Return the row's paragraph altered so that it does not answer; mostly ""."""
    if drawn < OTHERWISE:
        return said_otherwise(row.question, row.paragraph, rng)
    if drawn < OTHERWISE + EMPTIED:
        return without_answers(row.paragraph, row.answers, row.spans)
    if drawn < OTHERWISE + EMPTIED + VAGUE:
        return said_vaguely(row, rng)
    return ""


def said_vaguely(row: Row, rng: random.Random) -> str:
    """Return the row's paragraph with the answer left out of its sentence; "" where it shows.

    The sentence speaks of all that is asked for and does not tell it: "he won the prize"
    names nobody. An answer whose words stand elsewhere too would still be told.
    """
    begin, end = min(b for b, _ in row.spans), max(e for _, e in row.spans)
    if end - begin > LONGEST_LEFT_OUT:
        return ""
    before, after = row.paragraph[:begin], row.paragraph[end:]
    rest = f"{before} {after}".casefold()
    if any(w in rest for w in TELLING.findall(row.paragraph[begin:end].casefold())):
        return ""
    if rng.random() < JUST_LEFT_OUT:
        return WITH_IT.sub("", before).rstrip() + " " + after.lstrip()
    asked = set(row.question.casefold().split())
    words = INSTEAD[next((w for w in INSTEAD if w in asked), "")]
    return before + rng.choice(words) + after


def without_answers(
    passage: str, answers: Sequence[str], spans: Sequence[tuple[int, int]]
) -> str:
    """Return the passage without the sentences that answer; "" where too little is left.

    It speaks of all that the question speaks of, and does not answer it. An answer that
    stands in another sentence as well leaves nothing.
    """
    cuts = [0, *(m.end() for m in re.finditer(r"[.!?]\s+", passage)), len(passage)]
    kept = "".join(
        passage[start:end]
        for start, end in itertools.pairwise(cuts)
        if not any(s < end and start < e for s, e in spans)
    ).strip()
    said = any(answer.casefold() in kept.casefold() for answer in answers)
    return kept if len(kept) >= LEAST_LEFT and not said else ""


def vary_question(question: str, rng: random.Random) -> str:
    """Return the question, at times without its mark or with typing errors."""
    if rng.random() < UNMARKED:
        question = question.rstrip(" ?")
    if rng.random() < MISTYPED:
        question = with_typing_errors(question, rng)
    return question


def with_typing_errors(text: str, rng: random.Random) -> str:
    """Damage one or two words of four letters or more: a letter lost, doubled or swapped."""
    words = text.split(" ")
    long = [i for i, w in enumerate(words) if len(w) >= LONG_WORD and w.isalpha()]
    for i in rng.sample(long, min(len(long), rng.choice((1, 1, 2)))):
        word, at = words[i], rng.randrange(1, len(words[i]) - 1)
        words[i] = rng.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            )
        )
    return " ".join(words)


def near_miss(question: str, paragraph: str, rng: random.Random) -> str:
    """Alter a question so that its paragraph no longer answers it; "" where no rule fits.

    A number that the paragraph holds becomes another, a name another name of the paragraph,
    a word its opposite.
    """
    ways = [
        altered
        for altered in (
            _other_number(question, paragraph, rng),
            _other_name(question, paragraph, rng),
            _opposite(question, rng),
        )
        if altered
    ]
    return rng.choice(ways) if ways else ""


def _other_number(question: str, paragraph: str, rng: random.Random) -> str:
    found = [m for m in NUMBER.finditer(question) if m.group() in paragraph]
    if not found:
        return ""
    match = rng.choice(found)
    other = changed(match.group(), rng)
    return question[: match.start()] + other + question[match.end() :]


def changed(number: str, rng: random.Random) -> str:
    """Return the number with one of its later digits changed."""
    digits = list(number)
    places = [i for i, d in enumerate(digits) if d.isdigit()]
    place = rng.choice(places[len(places) // 2 :])
    digits[place] = rng.choice([d for d in "123456789" if d != digits[place]])
    return "".join(digits)


def _other_name(question: str, paragraph: str, rng: random.Random) -> str:
    found = [m for m in NAME.finditer(question) if m.group() in paragraph]
    others = sorted(
        {m.group() for m in NAME.finditer(paragraph)} - {m.group() for m in found}
    )
    others = [o for o in others if o not in question]
    if not found or not others:
        return ""
    match = rng.choice(found)
    return question[: match.start()] + rng.choice(others) + question[match.end() :]


def _opposite(question: str, rng: random.Random) -> str:
    found = [m for m in WORD.finditer(question) if opposites(m.group())]
    if not found:
        return ""
    match = rng.choice(found)
    other = _like(match.group(), rng.choice(opposites(match.group())))
    return question[: match.start()] + other + question[match.end() :]


def _like(word: str, other: str) -> str:
    return other.capitalize() if word[0].isupper() else other


def said_otherwise(question: str, passage: str, rng: random.Random) -> str:
    """Alter a passage so that it no longer answers the question; "" where no rule fits.

    A word or a number that both have becomes its opposite or another number, wherever the
    passage has it.
    """
    asked = {m.group().casefold() for m in WORD.finditer(question)}
    shared = sorted(
        {m.group() for m in WORD.finditer(passage) if m.group().casefold() in asked}
    )
    words = [word for word in shared if opposites(word)]
    digits = {m.group() for m in NUMBER.finditer(question)}
    found = sorted(digits & {m.group() for m in NUMBER.finditer(passage)})
    if words and (not found or rng.random() < OPPOSITE_RATHER):
        word = rng.choice(words)
        other = rng.choice(opposites(word))
        return re.sub(
            rf"(?<!\w){re.escape(word)}(?!\w)",
            lambda match: _like(match.group(), other),
            passage,
            flags=re.IGNORECASE,
        )
    if found:
        number = rng.choice(found)
        return re.sub(
            rf"(?<![\w.,]){re.escape(number)}(?!\w)", changed(number, rng), passage
        )
    return ""


def crop(example: Example, rng: random.Random, cut: Crop) -> Example:
    """Cut the passage to a stretch of whole sentences that holds one of its answers.

    Passages with and without an answer are cut alike, so that
    their length says nothing.
    """
    text = example.passage
    if rng.random() < cut.whole or len(text) < cut.shortest:
        return example
    want = rng.randint(cut.shortest, cut.longest)
    middle = rng.choice(example.spans)[0] if example.spans else rng.randrange(len(text))
    begin = max(0, min(middle - rng.randrange(want), len(text) - want))
    cuts = [0, *(m.end() for m in re.finditer(r"[.!?]\s+", text)), len(text)]
    first = max(c for c in cuts if c <= begin)
    last = min((c for c in cuts if c >= max(begin + want, middle + 1)), default=len(text))
    kept = tuple(
        (s - first, e - first) for s, e in example.spans if first <= s and e <= last
    )
    if example.spans and not kept:
        return example
    return replace(example, passage=text[first:last], spans=kept)
