"""Looking through the folders of this computer for one to read, or for a test set.

A browser does not tell a page where a chosen folder lies, so the page shows the folders
itself. Only administrators can look: they may read any folder anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.evaluate.sets.load import looks_like_set
from assistant.web.views.markup import Html, join, tag
from assistant.web.visits import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.web.views.text import Words
    from assistant.web.visits import Visit

__all__ = ["Browsing", "Inside", "look_into", "own_sets"]

MOST_ENTRIES = 500
OWN_SETS = "testsets"  # in the home folder: what lies there is offered without looking


def own_sets(home: Path) -> list[Path]:
    """Return the test sets in the folder that is meant for them."""
    inside = look_into(home / OWN_SETS, sets=True)
    return [path for path in (*inside.folders, *inside.files) if looks_like_set(path)]


@dataclass(frozen=True, slots=True)
class Inside:
    """What a folder holds that can be opened or chosen, by name."""

    folders: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()
    more: int = 0  # left out, since nobody reads so long a list
    readable: bool = True


def look_into(folder: Path, *, sets: bool) -> Inside:
    """Look into a folder; hidden names are left out, files too unless they can be test sets."""
    try:
        shown = [path for path in folder.iterdir() if _is_shown(path.name)]
        folders = [path for path in shown if path.is_dir()]
        files = [p for p in shown if sets and p.is_file() and looks_like_set(p)]
    except OSError:
        return Inside(readable=False)
    shown = [*sorted(folders, key=_name), *sorted(files, key=_name)]
    at = min(len(folders), MOST_ENTRIES)
    kept = tuple(shown[:MOST_ENTRIES])
    return Inside(kept[:at], kept[at:], more=len(shown) - len(kept))


def _is_shown(name: str) -> bool:
    """Say whether a name is neither hidden nor broken, so that it cannot even be written."""
    return not name.startswith(".") and name.encode("utf-8", "replace").decode() == name


def _name(path: Path) -> str:
    return path.name.casefold()


class Browsing:
    """Answers the window in which a folder is chosen."""

    def __init__(self, home: Path) -> None:
        """Remember the program's home folder, in which a person's test sets lie."""
        self._sets = home / OWN_SETS

    def look(self, visit: Visit, given: Mapping[str, Any]) -> str:
        """Return a folder as HTML: the one that is named, or where such things lie."""
        if not visit.admin:
            return tag("p", visit.say("only_admins"), class_="cw-note")
        sets = text(given, "kind") == "set"
        return _window(self._begin(text(given, "place"), sets=sets), visit.say, sets=sets)

    def _begin(self, place: str, *, sets: bool) -> Path:
        """Return the folder that is named, or else the nearest one that there is."""
        named = Path(place.strip()).expanduser()
        if named.is_absolute():
            for path in (named, *named.parents):
                if path.is_dir():
                    return path
        return self._sets if sets and self._sets.is_dir() else Path.home()


def _window(folder: Path, say: Words, *, sets: bool) -> Html:
    inside = look_into(folder, sets=sets)
    up = folder.parent
    head = join(
        tag("h2", say("browse_set" if sets else "browse_folder"), id="cw-browse-title"),
        tag("p", str(folder), class_="cw-path", dir="auto", role="status"),
    )
    ways = tag(
        "div",
        _open(up, f"↑ {say('browse_up')}") if up != folder else "",
        _open(Path.home(), f"⌂ {say('browse_home')}"),
        class_="cw-bar",
    )
    return join(head, ways, _list(inside, say, sets=sets), _buttons(folder, say, sets=sets))


def _open(path: Path, label: str) -> Html:
    return tag(
        "button", label, type="button", data_action="browse-open", data_place=str(path)
    )


def _choose(path: Path, label: str, **more: str) -> Html:
    return tag(
        "button",
        label,
        type="button",
        data_action="browse-choose",
        data_place=str(path),
        **more,
    )


def _list(inside: Inside, say: Words, *, sets: bool) -> Html:
    if not inside.readable:
        return tag("p", say("browse_closed"), class_="cw-bad", role="alert")
    if not (inside.folders or inside.files):
        return tag("p", say("browse_no_sets" if sets else "browse_none"), class_="cw-note")
    rows = [
        tag("li", _open(path, f"{path.name}/"), _direct(path, say) if sets else "")
        for path in inside.folders
    ]
    rows += [tag("li", tag("span", path.name), _direct(path, say)) for path in inside.files]
    more = tag("p", say("browse_more", n=inside.more), class_="cw-note")
    return join(tag("ul", *rows, class_="cw-places"), more if inside.more else "")


def _direct(path: Path, say: Words) -> Html | str:
    """Render the button that chooses a test set from the list."""
    if not looks_like_set(path):
        return ""
    label = say("choose", name=path.name)
    return _choose(path, say("browse_take"), aria_label=label)


def _buttons(folder: Path, say: Words, *, sets: bool) -> Html:
    close = tag("button", say("close"), type="button", data_action="browse-close")
    this = "" if sets and not looks_like_set(folder) else _this(folder, say)
    return tag("div", close, this, class_="cw-buttons")


def _this(folder: Path, say: Words) -> Html:
    return _choose(folder, say("browse_this"), class_="cw-primary")
