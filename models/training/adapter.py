r"""Train the adapter: one command, one seed, checkpoints that resume.

    python -m models.training.adapter --pool POOL.jsonl --model MODEL.gguf --sets SETS \
        --work RUN --out models/adapter

The packaged model stays as it is; a low-rank adapter beside each of its linear layers learns
to answer from passages, to name the one it rests on, and to refuse. Prompts are rendered and
tokenized by the code that runs later. Some groups of the pool are never trained on; what is
recorded was measured on them and on the development sets.
"""

from __future__ import annotations

import argparse
import logging
import math
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from assistant.llm.llama import Engine, EngineOptions
from assistant.llm.template import ChatTemplate
from assistant.prompt import load_prompts
from models.training.adapter_data import Block, blocks
from models.training.adapter_dev import score_adapter
from models.training.adapter_export import export_adapter
from models.training.adapter_net import Adapted
from models.training.adapter_pack import Pack, Rendered, pack
from models.training.extractor_data import Row, hard_negatives, held_out, read_pool
from models.training.extractor_export import write_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

log = logging.getLogger("adapter")
LOG_EVERY = 5  # steps
END = "<|im_end|>"


def settings() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pool", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="the packaged GGUF")
    parser.add_argument("--sets", type=Path, required=True, help="folder of the dev sets")
    parser.add_argument("--work", type=Path, required=True, help="folder of checkpoints")
    parser.add_argument("--out", type=Path, required=True, help="folder of what ships")
    parser.add_argument("--held-out", type=float, default=0.15, help="share of groups")
    parser.add_argument("--steps", type=int, default=330)
    parser.add_argument("--warmup", type=int, default=15)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--first", type=int, default=8, help="lowest block adapted")
    parser.add_argument("--tokens", type=int, default=1024, help="in a pack")
    parser.add_argument("--packs", type=int, default=4, help="in a step")
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save-every", type=int, default=20, help="steps")
    return parser.parse_args()


class Renderer:
    """Blocks to tokens, by the code that answers questions."""

    def __init__(self, model: Path) -> None:
        self._engine = Engine(model, EngineOptions(context_tokens=64))  # for its vocabulary
        self._template = ChatTemplate(self._engine.vocabulary.chat_template() or "")
        self._prompts = load_prompts()
        self._end = self._tokenize(END, special=True)
        self.no_answer = self._prompts.no_answer

    def _tokenize(self, text: str, special: bool) -> list[int]:  # noqa: FBT001
        return self._engine.vocabulary.tokenize(text, special=special)

    def __call__(self, block: Block) -> Rendered:
        """Render every question of a block."""
        prompts = [
            self._template.encode(
                self._prompts.answer(asked.question, block.passages), self._tokenize
            )
            for asked in block.asked
        ]
        answers = [
            (*self._tokenize(asked.answer, special=False), *self._end)
            for asked in block.asked
        ]
        return Rendered(
            tuple(prompt.tokens for prompt in prompts), tuple(answers), prompts[0].stable
        )


def rate_at(step: int, args: argparse.Namespace) -> float:
    """Return the learning rate of a step: up, then down along a half cosine."""
    if step < args.warmup:
        return float(args.rate * (step + 1) / args.warmup)
    done = (step - args.warmup) / max(args.steps - args.warmup, 1)
    return float(args.rate * (1 + math.cos(math.pi * done)) / 2)


def endless(
    rows: Sequence[Row], renderer: Renderer, args: argparse.Namespace, start: int
) -> Iterator[Pack]:
    """Yield packs for ever; a run resumed at step `start` draws anew."""
    negatives = hard_negatives(rows)
    rng = random.Random(args.seed * 1000003 + start)
    while True:
        drawn = blocks(rows, negatives, rng, renderer.no_answer)
        yield from pack(drawn, renderer, args.tokens)


class Run:
    """The state of a training run: adapter, optimizer, step and losses."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        torch.manual_seed(args.seed)
        self.model = Adapted(args.model, args.rank, args.first)
        self.weights = self.model.trained()
        self.optimizer = torch.optim.AdamW(
            self.weights.values(), weight_decay=0.0, betas=(0.9, 0.98)
        )
        self.step, self.questions = 0, 0
        self.losses: list[float] = []
        self.path = args.work / "checkpoint.pt"
        if self.path.exists():
            self._load()

    def _load(self) -> None:
        state = torch.load(self.path, weights_only=True)
        with torch.no_grad():
            for name, weight in self.weights.items():
                weight.copy_(state["weights"][name])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.questions = state["step"], state["questions"]
        self.losses = state["losses"]
        log.info("resumed at step %d", self.step)

    def save(self) -> None:
        """Write the checkpoint in one step: a stopped write leaves the old one."""
        state = {
            "weights": {name: w.detach() for name, w in self.weights.items()},
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "questions": self.questions,
            "losses": self.losses,
        }
        partial = self.path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.path)

    def train(self, packs: Iterator[Pack]) -> None:
        """Go on to the last step, saving on the way."""
        while self.step < self.args.steps:
            begin = time.perf_counter()
            drawn = [next(packs) for _ in range(self.args.packs)]
            self.advance(drawn)
            if self.step % LOG_EVERY == 0:
                recent = sum(self.losses[-LOG_EVERY:]) / LOG_EVERY
                tokens = sum(p.tokens.shape[1] for p in drawn)
                speed = tokens / (time.perf_counter() - begin)
                log.info("step %d loss %.3f, %d questions, %.0f tokens/s",
                         self.step, recent, self.questions, speed)  # fmt: skip
            if self.step % self.args.save_every == 0 or self.step == self.args.steps:
                self.save()

    def advance(self, packs: Sequence[Pack]) -> None:
        """Take one step."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate_at(self.step, self.args)
        total = 0.0
        for one in packs:
            loss = self.model.loss(one) / len(packs)
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
            self.questions += one.questions
        torch.nn.utils.clip_grad_norm_(self.weights.values(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step += 1
        self.losses.append(total)


def main() -> None:
    """Train, write what ships, and measure it."""
    logging.basicConfig(format="%(asctime)s %(message)s")
    log.setLevel(logging.INFO)
    args = settings()
    torch.set_num_threads(args.threads)
    for folder in (args.work, args.out):
        folder.mkdir(parents=True, exist_ok=True)
    rows = read_pool(args.pool)
    out = held_out(rows, args.held_out)
    run = Run(args)
    used = [row for row in rows if row.group not in out]
    run.train(endless(used, Renderer(args.model), args, run.step))
    adapter = args.out / "adapter.gguf"
    export_adapter(run.weights, *run.model.heads, adapter)
    scores = {
        name: score_adapter(args.model, file, args.sets, rows, out)
        for name, file in (("scores", adapter), ("scores_without_adapter", None))
    }
    files = {"pool": args.pool, "model": args.model, "adapter": adapter}
    write_record(args, rows, run.losses, files, scores | {"questions": run.questions})


if __name__ == "__main__":
    main()
