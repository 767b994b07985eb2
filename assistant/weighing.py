"""What the language model makes of the findings: how likely it would write each, or refuse.

The reader and the language model were trained apart and err apart. So before anything is
written the model is shown the sentences around the best findings and asked, by likelihood,
for each of them and for its refusal. Nothing is generated, and the prompt that was read
stays in memory for the answer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from assistant.focus import PROMPTED, focus
from assistant.types import Generator, Scorer

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.prompt import Prompts
    from assistant.types import Finding, Retrieved

__all__ = ["WeighingModel", "weigh"]

WEIGHED = 6  # different findings at most
AFTER = " ["  # what follows an answer: without it a part would be likelier than the whole
LIKELIHOOD_WEIGHT = 0.3  # of the model's nats, beside the finding's merit


class WeighingModel(Generator, Scorer, Protocol):
    """A language model that also says how likely it finds words."""


def weigh(
    question: str,
    found: Retrieved,
    prompts: Prompts,
    model: WeighingModel,
    answer_tokens: int,
    stopped: Callable[[], bool] | None = None,
) -> Retrieved:
    """Return what was found with the model's likelihoods, the findings in a new order.

    Raises ContextOverflow where not even one passage fits the model's context, Stopped once
    `stopped` says yes.
    """
    focused = focus(found)
    prompt, fitting = prompts.fit(
        question, focused.passages[:PROMPTED], model, answer_tokens
    )
    shown = {passage.number for passage in fitting}
    texts = list(dict.fromkeys(f.text for f in focused.findings if f.passage in shown))
    said = [*(text + AFTER for text in texts[:WEIGHED]), prompts.no_answer]
    *likelihoods, (refusal, _) = model.log_likelihoods(prompt, said, stopped)
    known = {text: total for text, (total, _) in zip(texts, likelihoods, strict=False)}
    findings = [replace(f, likelihood=known.get(f.text)) for f in found.findings]
    return replace(found, findings=_ranked(findings), refusal=refusal)


def _ranked(findings: list[Finding]) -> tuple[Finding, ...]:
    """Put what was weighed first, the likeliest by reader and model together in front."""

    def merit(finding: Finding) -> tuple[bool, float]:
        if finding.likelihood is None:
            return False, finding.merit
        return True, finding.merit + LIKELIHOOD_WEIGHT * finding.likelihood

    return tuple(sorted(findings, key=merit, reverse=True))
