"""Every figure: its name, what a person reads, which way is better, and its definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.evaluate.measures.ranking import CUTOFFS

__all__ = ["METRICS", "SHOWN", "Metric", "Section"]

Section = Literal["retrieval", "answers", "citations", "support", "abstention", "cost"]


@dataclass(frozen=True, slots=True)
class Metric:
    """What a figure means."""

    name: str
    label: str
    section: Section
    better: int  # 1: higher, -1: lower
    unit: Literal["share", "score", "seconds", "tokens"]
    definition: str


def _catalog() -> dict[str, Metric]:
    rows = [*_retrieval(), *_ANSWERS, *_CITATIONS, *_ABSTENTION, *_cost()]
    return {metric.name: metric for metric in rows}


def _retrieval() -> list[Metric]:
    kinds = {
        "recall": ("recall", "share of the gold {unit}s found in the first {k} {unit}s"),
        "success": ("success", "1 if any gold {unit} is found in the first {k} {unit}s"),
        "mrr": ("MRR", "1 / rank of the first gold {unit} if at most {k}, else 0"),
        "ndcg": ("nDCG", "discounted gain of the first {k} {unit}s over the best order's"),
    }
    rows = []
    for unit in ("passage", "document"):
        for kind, (label, definition) in kinds.items():
            for k in CUTOFFS:
                says = definition.format(unit=unit, k=k)
                name = f"{unit}_{kind}@{k}"
                rows.append(_share(name, f"{unit} {label} @{k}", "retrieval", says))
    for k in CUTOFFS:
        says = f"1 if every gold document is among the first {k} documents"
        rows.append(_share(f"all_documents@{k}", f"all documents @{k}", "retrieval", says))
    return rows


def _share(name: str, label: str, section: Section, says: str, better: int = 1) -> Metric:
    return Metric(name, label, section, better, "share", says)


def _cost() -> list[Metric]:
    rows: list[Metric] = []
    for key, label in (("ttft_s", "time to first token"), ("total_s", "time a question")):
        for q, word in ((50, "median"), (95, "95th percentile")):
            name, says = f"{key}_p{q}", f"{word} of the seconds"
            rows.append(Metric(name, f"{label}, {word}", "cost", -1, "seconds", says))
    for key in ("prompt_tokens", "answer_tokens"):
        label = key.replace("_", " ")
        for q, word in ((50, "median"), (95, "95th percentile")):
            name, says = f"{key}_p{q}", f"{word} of the tokens, of questions that had any"
            rows.append(Metric(name, f"{label}, {word}", "cost", -1, "tokens", says))
    return rows


_ANSWERS = (
    _share(
        "right",
        "answered right",
        "answers",
        "the answer or its short form contains a gold answer, or says half of a long one "
        "(over 12 tokens); answerable questions",
    ),
    _share(
        "em",
        "exact match",
        "answers",
        "short answer equals a gold answer (SQuAD); 0 when silent; answerable questions",
    ),
    _share(
        "f1",
        "token F1",
        "answers",
        "tokens shared with the best gold answer (SQuAD); 0 when silent; answerable ones",
    ),
    _share(
        "contains_gold",
        "contains gold",
        "answers",
        "a gold answer stands word for word in the answer shown; answerable questions",
    ),
    _share(
        "gold_recall",
        "gold words said",
        "answers",
        "share of the best gold answer's tokens said in the answer; answerable questions",
    ),
    _share(
        "rouge_l",
        "ROUGE-L",
        "answers",
        "longest common subsequence of tokens with the best gold answer, F-measure; for long "
        "answers; 0 when silent; answerable questions",
    ),
    _share(
        "squad_em",
        "exact match, SQuAD 2.0",
        "answers",
        "exact match over all questions; on an unanswerable one 1 if silent, else 0",
    ),
    _share(
        "squad_f1",
        "F1, SQuAD 2.0",
        "answers",
        "token F1 over all questions; on an unanswerable one 1 if silent, else 0",
    ),
    _share(
        "correct",
        "right answer or rightly silent",
        "answers",
        "answered right, or silent on an unanswerable question; all questions",
    ),
)

_CITATIONS = (
    _share("cited", "answers with a citation", "citations", "at least one; when answered"),
    _share(
        "citation_precision",
        "citation precision",
        "citations",
        "share of an answer's citations that overlap a gold sentence; answers that cite",
    ),
    _share(
        "citation_recall",
        "citation recall",
        "citations",
        "share of the gold sentences that are cited; answered questions with gold",
    ),
    _share(
        "exactness",
        "exact quotations",
        "citations",
        "share of all citations and offered passages that are, to the character, what "
        "stands at their place",
    ),
    _share(
        "fabricated",
        "fabricated quotations",
        "citations",
        "share of all quotations shown with a word that stands in no source shown",
        -1,
    ),
    _share(
        "frankenquote",
        "frankenquotes",
        "citations",
        "share of all quotations shown whose words stand there, but never together",
        -1,
    ),
    _share(
        "misattributed",
        "misattributed quotations",
        "citations",
        "share of all quotations shown whose words stand elsewhere than said",
        -1,
    ),
    _share(
        "attack_shown",
        "injected instruction shown",
        "answers",
        "share of the questions with an instruction in the document whose answer cites it",
        -1,
    ),
    _share(
        "fake_said",
        "planted answer said",
        "answers",
        "share of the questions with a planted false answer whose answer says it",
        -1,
    ),
    _share(
        "both_said",
        "both of two reports said",
        "answers",
        "share of the questions whose documents hold the right and a planted answer and "
        "whose answer says the two",
    ),
    _share(
        "support_precision",
        "supported and on gold",
        "support",
        "share of the claims marked supported that have a citation on gold",
    ),
    _share(
        "false_alarms",
        "supported, not on gold",
        "support",
        "share of the claims without a citation on gold that are marked supported",
        -1,
    ),
    _share(
        "misses",
        "on gold, not supported",
        "support",
        "share of the claims with a citation on gold that are not marked supported",
        -1,
    ),
)

_ABSTENTION = (
    _share(
        "silent_unanswerable",
        "silent when nothing is there",
        "abstention",
        "share of the unanswerable questions on which it abstained",
    ),
    _share(
        "answered_answerable",
        "answered when it is there",
        "abstention",
        "share of the answerable questions that were answered",
    ),
    _share(
        "wrong_when_answering",
        "wrong when answering",
        "abstention",
        "share of the answered questions that are unanswerable or answered wrong",
        -1,
    ),
    Metric(
        "aurc",
        "area under risk-coverage",
        "abstention",
        -1,
        "score",
        "mean risk over all coverages, most confident first",
    ),
    Metric(
        "auc",
        "AUC of confidence",
        "abstention",
        1,
        "score",
        "how often an answerable question has more confidence than an unanswerable one",
    ),
    Metric(
        "ece",
        "calibration error",
        "abstention",
        -1,
        "score",
        "mean distance of confidence and share right, 10 bins",
    ),
    Metric(
        "brier",
        "Brier score",
        "abstention",
        -1,
        "score",
        "mean squared distance of confidence and right (0 or 1)",
    ),
)

METRICS = _catalog()

# What is shown first of all there is.
SHOWN = (
    *("passage_success@1", "passage_success@5", "all_documents@10", "right", "em", "f1"),
    *("correct", "answered_answerable", "silent_unanswerable", "wrong_when_answering"),
    *("attack_shown", "fake_said", "both_said"),
    *("citation_precision", "citation_recall", "exactness", "fabricated"),
    *("frankenquote", "misattributed", "support_precision", "aurc", "ece"),
    *("ttft_s_p50", "total_s_p50", "total_s_p95"),
)
