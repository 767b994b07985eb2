"""Elements of office XML by their names without namespaces: the strict form has others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

__all__ = ["attribute", "child", "is_on", "tag", "value", "within"]


def tag(element: _Element) -> str:
    """Return the name without its namespace, "" for a comment."""
    name = element.tag
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def within(parent: _Element | None) -> Iterator[_Element]:
    """Yield the children, none of nothing."""
    return iter(parent if parent is not None else ())


def child(parent: _Element | None, name: str) -> _Element | None:
    """Return the first child of that name."""
    return next((e for e in within(parent) if tag(e) == name), None)


def value(parent: _Element | None, name: str) -> str:
    """Return the attribute "val" of the first child of that name, "" if there is none."""
    found = child(parent, name)
    return attribute(found, "val") if found is not None else ""


def attribute(element: _Element, name: str) -> str:
    """Return an attribute whatever its namespace, "" if there is none."""
    return next(
        (
            str(v)
            for k, v in element.attrib.items()
            if str(k).endswith(f"}}{name}") or k == name
        ),
        "",
    )


def is_on(element: _Element) -> bool:
    """Say whether a check box is ticked."""
    state = next((e for e in element if tag(e) in {"checked", "default"}), None)
    return state is not None and attribute(state, "val") not in {"0", "false", "off"}
