"""The list of conversations as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.web.views.markup import Html, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.web.services.conversations import Conversation
    from assistant.web.views.text import Words

__all__ = ["conversation_list"]


def conversation_list(
    conversations: Sequence[Conversation], current: str, say: Words, *, searched: bool
) -> Html:
    """Render the list, the open conversation marked."""
    if not conversations:
        text = say("none_found" if searched else "none_yet")
        return tag("p", text, class_="cw-note")
    items = [_item(each, say, current=each.id == current) for each in conversations]
    return tag("ul", *items, class_="cw-conversations")


def _item(conversation: Conversation, say: Words, *, current: bool) -> Html:
    key = conversation.id
    return tag(
        "li",
        tag(
            "button",
            conversation.title,
            type="button",
            class_="cw-open",
            data_action="open",
            data_conversation=key,
            aria_current="true" if current else None,
            title=conversation.title,
            dir="auto",
        ),
        _small("rename", "✎", conversation, say),
        _small("export", "⤓", conversation, say),
        _small("delete", "✕", conversation, say),
        class_="cw-current" if current else None,
    )


def _small(action: str, sign: str, conversation: Conversation, say: Words) -> Html:
    return tag(
        "button",
        sign,
        type="button",
        class_="cw-small",
        data_action=action,
        data_conversation=conversation.id,
        data_really=say("really") if action == "delete" else None,
        title=say(action),
        aria_label=f"{say(action)}: {conversation.title}",
    )
