r"""Train the extractor: one command, one seed, checkpoints that resume.

    python -m models.training.extractor --pool POOL.jsonl --sets SETS --encoder FOLDER \
        --work RUN --out models/extractor

The learning rate rises, stays, and falls to zero over the last steps; the weights that count
are an exponential average. Most steps are taken with some groups of the pool held out. Then
the weights are scored on development questions, and only after that the last steps are taken
with the whole pool: the recorded scores are of weights that never saw those articles, what
ships has seen somewhat more. With `--keep` it is between the weights that the run began with
and ended with. With `--mix` it is the mean of the weights of several runs that
began as one, which reads better than any of them (Wortsman et al., "Model soups", ICML 2022).
"""

from __future__ import annotations

import argparse
import copy
import json
import logging
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from assistant.encoder.words import WORDS
from assistant.reading.extract import Extractor, load_tokenizer
from models.training.extractor_augment import Crop, examples
from models.training.extractor_batch import Batch, batches
from models.training.extractor_data import (
    Row,
    documents_as_rows,
    hard_negatives,
    held_out,
    part_of,
    read_pool,
)
from models.training.extractor_dev import score_all
from models.training.extractor_export import export, write_record
from models.training.extractor_import import load_exported
from models.training.extractor_languages import Translations
from models.training.extractor_net import Reader, span_loss, span_scores
from models.training.extractor_questions import made_questions
from models.training.extractor_reports import Reports

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.training.extractor_augment import Example
    from models.training.extractor_batch import Draw

log = logging.getLogger("extractor")
LOG_EVERY = 10  # steps
HEAD_RATE = 5.0  # times the encoder's learning rate
SHORT = Crop(120, 400, whole=0.1)
LAYER_DECAY = 0.9  # the learning rate of a layer, relative to the one above it


def settings() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    _add_files(parser)
    _add_steps(parser)
    parser.add_argument(
        "--keep",
        type=float,
        default=0.0,
        help="what ships has so much of the weights of --begin, 0 to 1",
    )
    parser.add_argument(
        "--bfloat16", action="store_true", help="multiply so, where the processor can"
    )
    parser.add_argument("--average", type=float, default=0.99)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--unscored", action="store_true", help="do not score on the way")
    parser.add_argument("--save-every", type=int, default=50, help="steps")
    return parser.parse_args()


def _add_files(parser: argparse.ArgumentParser) -> None:
    """Add what is read and written."""
    parser.add_argument("--pool", type=Path, required=True)
    parser.add_argument(
        "--encoder", type=Path, required=True, help="what `encoder` unpacked"
    )
    parser.add_argument(
        "--work", type=Path, required=True, help="folder of the checkpoints"
    )
    parser.add_argument("--sets", type=Path, required=True, help="folder of the dev sets")
    parser.add_argument("--out", type=Path, required=True, help="folder of what ships")
    parser.add_argument(
        "--mix",
        type=Path,
        nargs="+",
        default=[],
        metavar="RUN",
        help="folders of the checkpoints of other runs from the same first steps; what ships "
        "is the mean of all",
    )
    parser.add_argument(
        "--begin", type=Path, metavar="ONNX", help="start from the weights of this file"
    )
    parser.add_argument(
        "--translated", type=Path, metavar="JSONL", help="what `translate` made of the pool"
    )
    parser.add_argument(
        "--made",
        type=int,
        default=0,
        metavar="TIMES",
        help="learn also from reports and, so many times a pass, from questions made by rule",
    )
    parser.add_argument(
        "--more",
        type=Path,
        nargs="+",
        default=[],
        metavar="DOCS",
        help="documents of which such questions are made as well (docs.jsonl)",
    )


def _add_steps(parser: argparse.ArgumentParser) -> None:
    """Add what is learnt from, and in which steps."""
    parser.add_argument(
        "--fixed",
        type=int,
        default=0,
        help="layers, from the lowest, that stay as they are",
    )
    parser.add_argument("--held-out", type=float, default=0.3, help="share of groups")
    parser.add_argument(
        "--share",
        type=float,
        default=1.0,
        help="train on this share of the other groups, for a learning curve",
    )
    parser.add_argument("--steps", type=int, default=1200, help="the whole run")
    parser.add_argument(
        "--last", type=int, default=400, help="last steps, on the whole pool"
    )
    parser.add_argument("--decay", type=int, default=300, help="last steps, rate falling")
    parser.add_argument("--warmup", type=int, default=60)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument(
        "--short", type=int, default=400, help="first steps, on short passages"
    )
    parser.add_argument("--tokens", type=int, default=4096, help="in a batch")


def parameter_groups(reader: Reader, rate: float) -> list[dict[str, Any]]:
    """Return the optimizer's groups: the deeper a layer, the smaller its learning rate."""
    layers = list(reader.encoder.layer)
    groups: list[dict[str, Any]] = [
        {"params": list(layer.parameters()), "scale": LAYER_DECAY ** (len(layers) - 1 - i)}
        for i, layer in enumerate(layers)
    ]
    lowest = [*reader.positions.parameters(), *reader.kinds.parameters()]
    lowest += list(reader.norm.parameters())
    groups.append({"params": lowest, "scale": LAYER_DECAY ** len(layers)})
    heads = [*reader.span.parameters(), *reader.null.parameters()]
    groups.append({"params": heads, "scale": HEAD_RATE})
    return [{**g, "lr": rate * g["scale"]} for g in groups]


def rate_at(step: int, args: argparse.Namespace) -> float:
    """Return the learning rate of a step: up, level, down to zero."""
    up = min(1.0, (step + 1) / args.warmup)
    down = min(1.0, (args.steps - step) / args.decay)
    return float(args.rate * up * down)


def loss_of(reader: Reader, batch: Batch, *, half: bool) -> torch.Tensor:
    """Run one batch; the layers in bfloat16 if `half`, the loss never."""
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
        start, end, null = reader(reader.words(batch.ids), batch.types, batch.mask)
    spans = span_scores(start.float(), end.float(), batch.readable)
    return span_loss(spans, null.float(), batch.gold, batch.groups)


def drawing(cut: Crop, translations: Translations | None, reports: Reports | None) -> Draw:
    """Return what draws a row's examples: some as reports, many in other languages."""

    def draw(row: Row, beside: Sequence[Row], rng: random.Random) -> list[Example]:
        reported = reports.drawn(row, rng) if reports is not None else None
        if reported is not None:
            return examples(reported, beside, rng, cut)
        if translations is not None:
            row, beside = translations.drawn(row, beside, rng)
        return examples(row, beside, rng, cut)

    return draw


def endless(rows: Sequence[Row], args: argparse.Namespace, start: int) -> Iterator[Batch]:
    """Yield batches for ever, from step `start` on, those of short passages first.

    A resumed run draws anew: `start` is part of its seed.
    """
    tokenizer = load_tokenizer(args.encoder)
    reports = Reports(rows) if args.made else None
    if args.made:
        made = made_questions([*rows, *documents_as_rows(args.more)])
        log.info("%d questions made by rule", len(made))
        rows = [*rows, *made * args.made]
    negatives = hard_negatives(rows)
    translations = Translations(args.translated) if args.translated is not None else None
    rng = random.Random(args.seed * 1000003 + start)
    while True:
        cut = SHORT if start < args.short else Crop()
        draw = drawing(cut, translations, reports)
        for batch in batches(rows, negatives, tokenizer, rng, args.tokens, draw):
            yield batch
            start += 1
            if cut is SHORT and start >= args.short:
                break


class Run:
    """The state of a training run: weights, their average, optimizer, step and losses."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        torch.manual_seed(args.seed)
        self.reader = Reader(args.encoder)
        if args.begin is not None:
            load_exported(self.reader, args.begin)
        if args.fixed:
            self.reader.fix(args.fixed)
        self.average = copy.deepcopy(self.reader)
        groups = parameter_groups(self.reader, args.rate)
        self.optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
        self.step = 0
        self.losses: list[float] = []
        self.path = args.work / "checkpoint.pt"
        if self.path.exists():
            self._load()

    def _load(self) -> None:
        state = torch.load(self.path, weights_only=True)
        self.reader.load_state_dict(state["reader"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.losses = state["step"], state["losses"]
        log.info("resumed at step %d", self.step)

    def save(self) -> None:
        """Write the checkpoint in one step: a stopped write leaves the old one."""
        state = {
            "reader": self.reader.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "losses": self.losses,
        }
        partial = self.path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.path)

    def train(self, rows: Sequence[Row], until: int) -> None:
        """Go on to step `until` with these rows, saving on the way."""
        if self.step >= until:
            return
        log.info("%d rows up to step %d", len(rows), until)
        for batch in endless(rows, self.args, self.step):
            self.advance(batch)
            if self.step % LOG_EVERY == 0:
                recent = sum(self.losses[-LOG_EVERY:]) / LOG_EVERY
                log.info("step %d loss %.3f %s", self.step, recent, tuple(batch.ids.shape))
            if self.step % self.args.save_every == 0 or self.step >= until:
                self.save()
            if self.step >= until:
                return

    def advance(self, batch: Batch) -> None:
        """Take one step."""
        rate = rate_at(self.step, self.args)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["scale"]
        loss = loss_of(self.reader, batch, half=self.args.bfloat16)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.reader.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step += 1
        self.losses.append(float(loss.detach()))
        keep = min(self.args.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for mean, new in zip(
                self.average.parameters(), self.reader.parameters(), strict=True
            ):
                if new.requires_grad:
                    mean.lerp_(new, 1 - keep)


def mixed(reader: Reader, others: Sequence[Path]) -> Reader:
    """Return the mean of these weights and the averaged ones of other runs' checkpoints."""
    theirs = [torch.load(o / "checkpoint.pt", weights_only=True)["average"] for o in others]
    mean = copy.deepcopy(reader)
    with torch.no_grad():
        for name, weight in mean.named_parameters():
            weight.copy_(torch.stack([weight, *(their[name] for their in theirs)]).mean(0))
    return mean


def keeping(reader: Reader, args: argparse.Namespace) -> Reader:
    """Return weights between these and those that the run began with.

    What was learnt last is mostly kept, and less is lost of what was known before (Wortsman
    et al., "Robust fine-tuning of zero-shot models", CVPR 2022).
    """
    if args.begin is None or not args.keep:
        return reader
    between = copy.deepcopy(reader)
    load_exported(between, args.begin)
    with torch.no_grad():
        for weight, new in zip(between.parameters(), reader.parameters(), strict=True):
            weight.lerp_(new, 1 - args.keep)
    return between


def main() -> None:
    """Train, score, finish on the whole pool, and write what ships."""
    logging.basicConfig(format="%(asctime)s %(message)s")
    log.setLevel(logging.INFO)
    args = settings()
    torch.set_num_threads(args.threads)
    args.work.mkdir(parents=True, exist_ok=True)
    args.out.mkdir(parents=True, exist_ok=True)
    rows = read_pool(args.pool)
    out = held_out(rows, args.held_out)
    run = Run(args)
    others = part_of([row for row in rows if row.group not in out], args.share)
    run.train(others, args.steps - args.last)
    weights = args.encoder / WORDS
    scores = args.work / "scores.json"
    if not scores.exists() and not args.unscored:
        trial = args.work / "trial.onnx"
        export(run.average, weights, trial)
        found = score_all(Extractor(trial, args.encoder), args.sets, rows, out)
        scores.write_text(json.dumps({"step": run.step, "scores": found}, indent=1))
    run.train(rows, args.steps)
    shipped = keeping(mixed(run.average, args.mix), args)
    export(shipped, weights, args.out / "extractor.onnx")
    files = {
        "pool": args.pool,
        "words": weights,
        "extractor": args.out / "extractor.onnx",
    }
    for name in ("begin", "translated"):
        if getattr(args, name) is not None:
            files[name] = getattr(args, name)
    files |= {f"documents of {file.parent.name}": file for file in args.more}
    scored = {}
    if scores.exists():
        scored["scored_before_the_last_steps"] = json.loads(scores.read_text())
    write_record(args, rows, run.losses, files, scored)


if __name__ == "__main__":
    main()
