"""Score an exported adapter on development questions, with the code that runs it.

The right paragraph is given, alone: what the model writes is held against the gold answers,
and its refusal against whether there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assistant.answering.draft import Draft
from assistant.evaluate.measures.answers import contains_gold, exact_match, token_f1
from assistant.llm.generate import LlamaGenerator
from assistant.llm.llama import EngineOptions
from assistant.prompt import load_prompts
from assistant.types import ModelInfo, Passage, Source
from index.types import Chunk, Span
from models.training.extractor_dev import Given, auc, given_questions, read_set

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from models.training.extractor_data import Row

__all__ = ["score_adapter"]

ANSWER_TOKENS = 64
CONTEXT_TOKENS = 2048


def score_adapter(
    model: Path,
    adapter: Path | None,
    sets: Path,
    rows: Sequence[Row],
    groups: frozenset[str],
    limit: int = 60,
) -> list[dict[str, float | str]]:
    """Score the model with an adapter, or without one, on up to `limit` questions a source.

    Args:
        model: the GGUF.
        adapter: the adapter; None for the model as it is.
        sets: folder of the development sets.
        rows: the pool.
        groups: those of its groups that were not trained on.
        limit: questions of a source.
    """
    options = EngineOptions(context_tokens=CONTEXT_TOKENS, adapter=adapter)
    writer = LlamaGenerator(model, ModelInfo("adapted", ""), options)
    given = given_questions(rows, groups)
    asked, documents = read_set(sets / "xquad-4lang-dev")
    texts = {d["id"]: d["text"] for d in documents}
    given["XQuAD en"] = [
        Given(q, texts[min(q.documents)], "") for q in asked if q.documents <= texts.keys()
    ]
    try:
        return [{"given": s, **_score(writer, own[:limit])} for s, own in given.items()]
    finally:
        writer.close()


def _score(writer: LlamaGenerator, given: Sequence[Given]) -> dict[str, float]:
    prompts = load_prompts()
    right: list[tuple[str, tuple[str, ...], float]] = []
    missing: list[tuple[str, float]] = []
    for one in given:
        chunk = Chunk("", Span(0, len(one.paragraph)), one.paragraph)
        passage = Passage(1, chunk, Source("", "document.txt", title=one.title))
        messages = prompts.answer(one.asked.question, [passage])
        ((refusal, _),) = writer.log_likelihoods(messages, [prompts.no_answer])
        draft = Draft(prompts.no_answer)
        written = "".join(writer.generate(messages, ANSWER_TOKENS))
        claims = [*draft.feed(written), *draft.finish()]
        said = " ".join(claim.text for claim in claims)
        if one.asked.answers:
            right.append((said, one.asked.answers, -refusal))
        else:
            missing.append((said, -refusal))
    scores = {
        "answerable": float(len(right)),
        "em": float(np.mean([exact_match(said, gold) for said, gold, _ in right])),
        "f1": float(np.mean([token_f1(said, gold) for said, gold, _ in right])),
        "contains": float(np.mean([contains_gold(said, gold) for said, gold, _ in right])),
        "answered": float(np.mean([bool(said) for said, _, _ in right])),
    }
    if missing:
        scores["unanswerable"] = float(len(missing))
        scores["silent"] = float(np.mean([not said for said, _ in missing]))
        scores["auc"] = auc([s for _, _, s in right], [s for _, s in missing])
    return {name: round(value, 3) for name, value in scores.items()}
