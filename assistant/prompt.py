"""The prompt files: loaded, checked, filled, and fitted into the model's context.

Files are `string.Template`s. Values are inserted once and never scanned again, so text from a
document can hold `$question` and stays as it is.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from dataclasses import dataclass, replace
from string import Template
from typing import TYPE_CHECKING

from assistant.errors import ContextOverflow, PromptError
from assistant.shipped import shipped_folder
from assistant.types import Message, Passage, Source
from index.paths import shown_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assistant.protocols import Generator
    from assistant.types import Turn

__all__ = ["Prompts", "load_prompts", "source_line"]

_ROLE = re.compile(r"^## (user|assistant)[ \t]*$", re.MULTILINE)
LONGEST_SAID = 200  # characters of an answer that the next question is shown with

VARIABLES: dict[str, frozenset[str]] = {
    "answer/system.md": frozenset({"no_answer"}),
    "answer/user.md": frozenset({"passages", "question"}),
    "answer/passage.md": frozenset({"number", "source", "text"}),
    "answer/no_answer.md": frozenset(),
    "answer/examples.md": frozenset({"no_answer"}),
    "check/system.md": frozenset({"no_answer"}),
    "check/examples.md": frozenset({"no_answer"}),
    "phrase/system.md": frozenset(),
    "phrase/examples.md": frozenset(),
    "phrase/user.md": frozenset({"source", "question", "answer"}),
    "rewrite/system.md": frozenset(),
    "rewrite/user.md": frozenset({"conversation", "question"}),
    "rewrite/examples.md": frozenset(),
    "decompose/system.md": frozenset(),
    "decompose/user.md": frozenset({"question"}),
    "decompose/examples.md": frozenset(),
    "closed_book/system.md": frozenset({"no_answer"}),
    "closed_book/user.md": frozenset({"question"}),
}


@dataclass(frozen=True, slots=True)
class Prompts:
    """All prompt files, and the SHA-256 over them."""

    files: dict[str, Template]
    sha256: str

    @property
    def no_answer(self) -> str:
        """Return what the model writes when the passages hold no answer."""
        return self._fill("answer/no_answer.md")

    def answer(self, question: str, passages: Sequence[Passage]) -> list[Message]:
        """Ask for an answer in sentences with marks, over numbered passages."""
        refusal = self.no_answer
        return [
            Message("system", self._fill("answer/system.md", no_answer=refusal)),
            *_turns(self._fill("answer/examples.md", no_answer=refusal)),
            self._asked(question, passages),
        ]

    def check(self, question: str, passages: Sequence[Passage]) -> list[Message]:
        """Ask for the words of a passage that answer, or that none does.

        What the model would reply is scored and not written: see `ModelScores`.
        """
        refusal = self.no_answer
        return [
            Message("system", self._fill("check/system.md", no_answer=refusal)),
            *_turns(self._fill("check/examples.md", no_answer=refusal)),
            self._asked(question, passages),
        ]

    def phrase(self, question: str, answer: str, source: str) -> list[Message]:
        """Ask for one sentence that gives these words of a source as the answer."""
        filled = self._fill(
            "phrase/user.md", source=source, question=question, answer=answer
        )
        return [
            Message("system", self._fill("phrase/system.md")),
            *_turns(self._fill("phrase/examples.md")),
            Message("user", filled),
        ]

    def _asked(self, question: str, passages: Sequence[Passage]) -> Message:
        shown = "\n\n".join(self.passage(passage) for passage in passages)
        filled = self._fill("answer/user.md", passages=shown, question=question)
        return Message("user", filled)

    def passage(self, passage: Passage) -> str:
        """Show one passage under its number, with its source."""
        return self._fill(
            "answer/passage.md",
            number=str(passage.number),
            source=source_line(passage.source),
            text=passage.chunk.text,
        )

    def rewrite(self, question: str, turns: Sequence[Turn]) -> list[Message]:
        """Ask for a follow-up question to be made to stand alone."""
        said = "\n".join(
            f"Question: {turn.question}\n"
            f"Answer: {textwrap.shorten(turn.short or turn.answer, LONGEST_SAID)}"
            for turn in turns
        )
        asked = self._fill("rewrite/user.md", conversation=said, question=question)
        return [
            Message("system", self._fill("rewrite/system.md")),
            *_turns(self._fill("rewrite/examples.md")),
            Message("user", asked),
        ]

    def decompose(self, question: str) -> list[Message]:
        """Ask for the questions that have to be looked up one after the other."""
        return [
            Message("system", self._fill("decompose/system.md")),
            *_turns(self._fill("decompose/examples.md")),
            Message("user", self._fill("decompose/user.md", question=question)),
        ]

    def closed_book(self, question: str) -> list[Message]:
        """Ask without any passage, to measure what the model already knows."""
        return [
            Message(
                "system", self._fill("closed_book/system.md", no_answer=self.no_answer)
            ),
            Message("user", self._fill("closed_book/user.md", question=question)),
        ]

    def fit(
        self,
        question: str,
        passages: Sequence[Passage],
        generator: Generator,
        answer_tokens: int,
        *,
        checked: bool = False,
    ) -> tuple[list[Message], tuple[Passage, ...]]:
        """Return the messages with as many passages, best first, as leave room for the answer.

        Args:
            question: as it is searched for.
            passages: best first.
            generator: whose tokens are counted.
            answer_tokens: to leave room for.
            checked: whether only to have them checked, not answered from: see `check`.

        Raises ContextOverflow if not even one passage fits.
        """
        ask = self.check if checked else self.answer
        budget = generator.context_tokens - answer_tokens
        kept = _within(budget, [generator.count_tokens(self.passage(p)) for p in passages])
        while True:
            fitting = tuple(
                replace(passage, number=number)
                for number, passage in enumerate(passages[:kept], start=1)
            )
            messages = ask(question, fitting)
            needed = generator.count(messages)
            if needed <= budget:
                return messages, fitting
            if kept <= 1:
                raise ContextOverflow(
                    f"The question and one passage need {needed} tokens; "
                    f"there is room for {budget}."
                )
            kept -= 1

    def _fill(self, name: str, **values: str) -> str:
        return self.files[name].substitute(values)


def _turns(examples: str) -> list[Message]:
    """Return the messages of a file in which each begins with a line `## user` or so."""
    _, *parts = _ROLE.split(examples)
    roles, texts = parts[::2], parts[1::2]
    return [
        Message("assistant" if role == "assistant" else "user", text.strip())
        for role, text in zip(roles, texts, strict=True)
    ]


def source_line(source: Source) -> str:
    """Return title, outlet and date, as far as known, else the file's name."""
    about = ", ".join(part for part in (source.outlet, source.date) if part)
    title = source.called or shown_name(source.path)
    return f"{title} ({about})" if about else title


def load_prompts(folder: Path | None = None) -> Prompts:
    """Load and check the prompt files, the ones that come with the program by default.

    Raises PromptError naming every file that is missing or has the wrong variables.
    """
    folder = folder or shipped_prompts()
    files: dict[str, Template] = {}
    faults: list[str] = []
    for name, variables in VARIABLES.items():
        path = folder / name
        try:
            files[name] = template = Template(path.read_text("utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            faults.append(f"{name}: cannot be read ({error.__class__.__name__})")
            continue
        faults += _faults(name, template, variables)
    if faults:
        raise PromptError(
            f"The prompts in {folder} cannot be used: " + "; ".join(faults) + ".",
            "See prompts/README.md for the variables of each file.",
        )
    digest = hashlib.sha256()
    for name, template in files.items():
        digest.update(f"{name}\0{template.template}\0".encode())
    return Prompts(files, digest.hexdigest())


def shipped_prompts() -> Path:
    """Return the folder of the prompts that come with the program."""
    return shipped_folder("_prompts", "prompts")


def _faults(name: str, template: Template, variables: frozenset[str]) -> list[str]:
    if not template.is_valid():
        return [f"{name}: a lone '$' (write '$$' for the sign itself)"]
    found = frozenset(template.get_identifiers())
    faults = [f"{name}: ${missing} is missing" for missing in sorted(variables - found)]
    return faults + [
        f"{name}: ${unknown} is unknown" for unknown in sorted(found - variables)
    ]


def _within(budget: int, costs: Sequence[int]) -> int:
    """Count how many costs from the front fit into the budget; at least one."""
    total = 0
    for count, cost in enumerate(costs):
        total += cost
        if total > budget:
            return max(count, 1)
    return max(len(costs), 1)
