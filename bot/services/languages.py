"""Whether an agent writes in the shopper's language."""

from __future__ import annotations

from bot.domain.conversations import Conversation
from bot.errors import Conflict
from bot.services.answering import Answering
from bot.text.entities import find
from bot.text.tokens import words

FEWEST_WORDS = 4  # a name, a number or an "ok" has no language
CLEAR = 0.9  # probability, given that the conversation is in another language


def check_language(answering: Answering, conversation: Conversation, text: str) -> None:
    """Raise Conflict with `found` and `expected` when the text is clearly not in the conversation's language."""
    written = find(text).rest  # without addresses and numbers
    if len(words(written)) < FEWEST_WORDS:
        return
    expected = conversation.memory.language
    seen = answering.pipeline.identifier.identify(written, conversation=expected)
    if seen.language != expected and seen.probability >= CLEAR:
        raise Conflict(
            "This is not in the language that the shopper writes. Send it anyway?",
            found=seen.language,
            expected=expected,
        )
