"""Words that exclude each other: what is said of one does not answer what is asked of another.

A near miss often differs from what was asked in one such word: "Who accepted the offer?"
beside "The board rejected the offer". To an embedding the two words are nearly the same, so
they are told apart by a list, English and German (`opposites.txt`).
"""

from __future__ import annotations

import functools
import re
from importlib.resources import files
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["contrasts", "opposites"]

_Forms: TypeAlias = tuple[str, str, str, str]
# Which form it is, all its forms, and those of the words it excludes.
_Entry: TypeAlias = tuple[int, _Forms, tuple[_Forms, ...]]

_WORD = re.compile(r"[^\W\d_]+")
_DENYING = ("un", "non", "dis")
_LEAST_DENIED = 5  # letters of what is denied: "unable", not "union"


def opposites(word: str) -> tuple[str, ...]:
    """Return the words that exclude this one, in lower case and in its form."""
    found = _lexicon().get(word.casefold(), [])
    return tuple(
        dict.fromkeys(other[place] for place, _, others in found for other in others)
    )


def contrasts(asked: str, said: str) -> list[tuple[str, str]]:
    """Return those words of `asked`, each with its opposite, as the texts write them.

    Where `asked` names both, as in "single or double?", it leaves open which.
    """
    wanted, held = _words(asked), _words(said)
    found = ((word, _against(word, held)) for word in wanted if word not in held)
    return [
        (wanted[word], held[other])
        for word, other in found
        if other and other not in wanted
    ]


def _words(text: str) -> dict[str, str]:
    """Return the words, folded and as they are written, in their order."""
    return {match.group().casefold(): match.group() for match in _WORD.finditer(text)}


def _against(word: str, held: Collection[str]) -> str:
    """Return the first of the held words that excludes the word, "" if none does."""
    found = _lexicon().get(word, [])
    own = {*_forms(word), *(form for _, forms, _ in found for form in forms)}
    if any(each in own for each in held):
        return ""  # in another form it takes the sting out of an opposite beside it
    against = {form for _, _, others in found for other in others for form in other}
    against |= _denials(word)
    return next((each for each in held if each in against), "")


def _denials(word: str) -> set[str]:
    """Return the word with a denying prefix, or without the one it has."""
    found = {prefix + word for prefix in _DENYING if len(word) >= _LEAST_DENIED}
    bare = [word.removeprefix(prefix) for prefix in _DENYING if word.startswith(prefix)]
    return found | {each for each in bare if len(each) >= _LEAST_DENIED}


@functools.cache
def _lexicon() -> dict[str, list[_Entry]]:
    """Return for every form of every word of the list what the list says of it."""
    found: dict[str, list[_Entry]] = {}
    lines = (
        files("assistant.text").joinpath("opposites.txt").read_text("utf-8").splitlines()
    )
    for line in lines:
        group = line.partition("#")[0]
        sides = [[_forms(word) for word in side.split()] for side in group.split("/")]
        for side in sides:
            others = tuple(word for other in sides if other is not side for word in other)
            for forms in side:
                for place, form in enumerate(forms):
                    found.setdefault(form, []).append((place, forms, others))
    return found


def _forms(word: str) -> _Forms:
    """Return the word with each regular ending of English; what comes out need be no word."""
    if word.endswith("e"):
        return word, f"{word}s", f"{word}d", f"{word[:-1]}ing"
    if word.endswith("y"):
        return word, f"{word[:-1]}ies", f"{word[:-1]}ied", f"{word}ing"
    return word, f"{word}s", f"{word}ed", f"{word}ing"
