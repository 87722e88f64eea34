"""What is told to shoppers of a stretch of their transcript, and what is kept of the page that they are on."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bot.domain.messages import Message
from bot.server.views import message_json
from bot.services.conversations import Page
from bot.text.normalize import clean


def page_path(page: str | None) -> str | None:
    """Return the path of a page's address: queries may hold personal data, so they are not kept."""
    if not page:
        return None
    try:
        return clean(urlsplit(page).path or "/")[:500]
    except ValueError:
        return None


def page_json(page: Page) -> dict[str, Any]:
    return {
        "messages": [_judged_json(message, page.helpful.get(message.id)) for message in page.messages],
        "status": page.status.value,
        "last_seq": page.last_seq,
        "more": page.more,
    }


def _judged_json(message: Message, helpful: bool | None) -> dict[str, Any]:  # noqa: FBT001  # of a row, not a switch
    told = message_json(message)
    return told if helpful is None else {**told, "helpful": helpful}
