"""Does a claim answer the question as the cited words do? Judged by the extractor.

"Who rebuilt the mill?" is not answered by the name of the one who burnt it down, though that
name stands in the same sentence, and no comparison of words can tell. The extractor never
saw what was written: where it reads quite another answer out of the cited words than the
claim says, the claim is not supported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.types import Evidence, Support, Verdict

if TYPE_CHECKING:
    from assistant.extract import Extractor, SpanScore
    from assistant.types import Verifier

__all__ = ["AnswerCheck"]

READ = 30  # spans of a sentence, so that what the claim says is among them
LEAST_ANSWER = -4.0  # log-odds from which on the cited words answer the question at all


@dataclass(frozen=True, slots=True)
class AnswerCheck:
    """A `Verifier` that asks the extractor about what the first one lets through.

    `margin` is by how much (in logits) the best answer in the cited words may be better than
    what the claim says of them. At 2, one in eight answers with gold words is refused, and
    four in five of those with another name of the same sentence (benchmarks/verification.py).
    """

    first: Verifier
    extractor: Extractor
    margin: float = 2.0

    def verify(self, claim: str, evidence: Evidence) -> Verdict:
        """Return the first verdict, or unsupported with the answer that was read instead."""
        verdict = self.first.verify(claim, evidence)
        if verdict.support is not Support.SUPPORTED or not evidence.question:
            return verdict
        other = self._other_answer(claim, evidence)
        if not other:
            return verdict
        reason = f"to this question, the cited words rather answer “{other}”"
        return Verdict(Support.UNSUPPORTED, reason, verdict.score)

    def _other_answer(self, claim: str, evidence: Evidence) -> str:
        text = "\n".join(evidence.quotes)
        spans = self.extractor.extract(evidence.question, [text], n=READ)[0]
        if not spans or spans[0].score < LEAST_ANSWER:
            return ""
        best = spans[0]
        own = next((span for span in spans if _says(claim, text, span)), None)
        if own is not None and own.logit >= best.logit - self.margin:
            return ""
        return text[best.start : best.end]


def _says(claim: str, text: str, span: SpanScore) -> bool:
    """Say whether a claim holds the span's words, or is a part of them."""
    words, said = text[span.start : span.end].casefold(), claim.casefold().strip(" .")
    return bool(words.strip()) and (words in said or said in words)
