"""Keeps a thinking model's thoughts out of its answer, and short.

Models that reason write their thoughts between `<think>` and `</think>` first. The filter
passes on what is not thought, holds back what may be the beginning of a mark, and says when
the thinking has used up its tokens.
"""

from __future__ import annotations

__all__ = ["ThinkingFilter"]

OPENING, CLOSING = "<think>", "</think>"


class ThinkingFilter:
    """A stream of pieces with the thoughts taken out; one piece in is one token.

    Args:
        max_tokens: how many tokens the thinking may have.
        opened: whether the prompt itself already opened the thinking.
    """

    closing = f"\n{CLOSING}\n\n"

    def __init__(self, max_tokens: int, *, opened: bool = False) -> None:
        self.inside = opened
        self._max_tokens = max_tokens
        self._used = 0
        self._held = ""
        self._thought = opened  # thoughts come first: later marks are part of the answer
        self._begun = False  # whether the answer has begun

    def pass_on(self, piece: str) -> str:
        """Take the next piece; return what of the answer is certain by now."""
        self._held += piece
        if self.inside:
            self._used += 1
            return self._leave()
        if self._begun:
            return self._take()
        return self._begin() if self._thought else self._enter()

    def _enter(self) -> str:
        text = self._held.lstrip()
        if text.startswith(OPENING):
            self.inside = self._thought = True
            self._held = text[len(OPENING) :]
            return self._leave()
        if OPENING.startswith(text):
            return ""  # nothing yet, or the first letters of a mark
        self._begun = True
        return self._take()

    def _leave(self) -> str:
        thought, mark, rest = self._held.partition(CLOSING)
        if not mark:
            self._held = thought[-(len(CLOSING) - 1) :]
            return ""
        self.inside, self._held = False, rest
        return self._begin()

    def _begin(self) -> str:
        """Begin the answer with its first character that is not blank."""
        self._held = self._held.lstrip()
        self._begun = bool(self._held)
        return self._take()

    def _take(self) -> str:
        text, self._held = self._held, ""
        return text

    def exhausted(self) -> bool:
        """Say whether the thinking has to be cut now."""
        return self.inside and self._used >= self._max_tokens

    def close(self) -> None:
        """End the thinking: `closing` has been written for the model."""
        self.inside, self._held = False, ""

    def rest(self) -> str:
        """Return what is still held back at the end of the answer; never a thought."""
        return "" if self.inside else self._take()
