"""What people write is stored without card numbers, and without what the shop chose beside them."""

from __future__ import annotations

from bot.settings import Settings
from bot.text.cards import hide_cards
from bot.text.redact import storable


class Redaction:
    """Takes out of a text what must not be kept; the shop's own order numbers stay."""

    def __init__(self, settings: Settings) -> None:
        self._kinds = settings.redact
        self._order_numbers = settings.order_numbers

    def without_cards(self, text: str) -> str:
        """Return the text as the dialogue may read it: an address in it may still be what a look-up needs."""
        return hide_cards(text, self._order_numbers)

    def stored(self, text: str) -> str:
        """Return the text as it is stored and told."""
        return storable(text, self._kinds, self._order_numbers)

    def stored_if_any(self, text: str | None) -> str | None:
        return self.stored(text) if text else None
