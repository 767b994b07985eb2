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
    from assistant.protocols import Verifier
    from assistant.reading.extract import Extractor

__all__ = ["AnswerCheck"]

LEAST_ANSWER = -5.0  # log-odds from which on the cited words answer the question at all


@dataclass(frozen=True, slots=True)
class AnswerCheck:
    """A `Verifier` that asks the extractor about what the first one lets through.

    `share` is how much of its probability the extractor has to give to words of the citation
    that say what the claim says. At a fifth, one in twelve answers with gold words is refused,
    and six in seven with another name of the same sentence (benchmarks/verification.py).
    """

    first: Verifier
    extractor: Extractor
    share: float = 0.2

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
        reading = self.extractor.weigh(evidence.question, text)
        if reading is None or reading.score < LEAST_ANSWER:
            return ""
        said = sum(p for start, end, p in reading.ways if _says(claim, text[start:end]))
        if said >= self.share or not reading.ways:
            return ""
        start, end, _ = reading.ways[0]
        return text[start:end]


def _says(claim: str, words: str) -> bool:
    """Say whether a claim holds the words, or is a part of them."""
    answer, said = words.casefold(), claim.casefold().strip(" .")
    return bool(answer.strip()) and (answer in said or said in answer)
