"""The learned verdict: real models, real claims, and what a person is told."""

from __future__ import annotations

import random
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.evaluate.measures.corruption import corrupt
from assistant.types import Evidence, Support
from assistant.verification.features import Features
from assistant.verification.verifier import ClaimVerifier, Models, load_weights
from index.readers import read
from index.sentences import sentences
from tests.assistant.verification.sample_claims import CLAIMS

if TYPE_CHECKING:
    from assistant.reading.extract import Extractor
    from index.types import Embedder

SAMPLES = Path(__file__).parents[3] / "samples"
AROUND = 400  # characters on either side of what is cited
TRUE_SHOWN, FALSE_SHOWN = 0.7, 0.35  # shares; words alone showed 0.17 and 0.17


@pytest.fixture
def verifier(real_extractor: Extractor, real_embedder: Embedder) -> ClaimVerifier:
    return ClaimVerifier(Models(real_extractor, real_embedder), load_weights())


def evidence_of(file: str, words: str, question: str) -> Evidence:
    document = read(SAMPLES / file)
    at = document.text.index(words)
    span = next(s for s in sentences(document.text) if s.start <= at < s.end)
    around = document.text[max(span.start - AROUND, 0) : span.end + AROUND]
    about = f"{document.title} ({document.source}, {document.date})"
    return Evidence((span.text_of(document.text),), around, about, question)


def test_every_weight_is_that_of_a_feature() -> None:
    weights = load_weights()
    assert set(weights.weights) == {field.name for field in fields(Features)}
    assert 0 < weights.threshold < 1


@pytest.mark.model
def test_claims_about_the_samples_are_mostly_told_apart(verifier: ClaimVerifier) -> None:
    shown = {True: 0, False: 0}
    for file, words, question, claim, true in CLAIMS:
        verdict = verifier.verify(claim, evidence_of(file, words, question))
        assert 0 <= verdict.score <= 1
        assert verdict.support is Support.SUPPORTED or verdict.reason
        shown[true] += verdict.support is Support.SUPPORTED
    count = sum(true for *_, true in CLAIMS)
    assert shown[True] >= TRUE_SHOWN * count
    assert shown[False] <= FALSE_SHOWN * (len(CLAIMS) - count)


@pytest.mark.model
def test_another_name_of_the_same_sentence_does_not_answer(
    verifier: ClaimVerifier,
) -> None:
    words = "Ann Lee built the mill in 1874, and Bob Ray pulled it down."
    evidence = Evidence((words,), words, "Mills", "Who built the mill?")
    for claim in ("Ann Lee", "Ann Lee built the mill in 1874."):
        assert verifier.verify(claim, evidence).support is Support.SUPPORTED
    verdict = verifier.verify("Bob Ray", evidence)
    assert verdict.support is Support.UNSUPPORTED
    assert "Ann Lee" in verdict.reason


@pytest.mark.model
def test_nothing_cited_is_uncited(verifier: ClaimVerifier) -> None:
    assert verifier.verify("Anything.", Evidence((), "")).support is Support.UNCITED


@pytest.mark.model
def test_a_corrupted_sentence_is_never_supported(verifier: ClaimVerifier) -> None:
    claim = "In March 2021 the mayor Vera Lind was opposed to the first 30 plans."
    others = ["It was Otto Brand who spoke, and then Eva Moll."]
    evidence = Evidence((claim,), claim, "Town (2021-04-01)", "Who was opposed to plans?")
    assert verifier.verify(claim, evidence).support is Support.SUPPORTED
    for kind, false in corrupt(claim, others, random.Random(1)).items():
        assert verifier.verify(false, evidence).support is not Support.SUPPORTED, kind
