"""The sign-in that a demo shows to everybody: it is nobody's secret."""

from __future__ import annotations

from typing import Protocol


class DemoSignIn(Protocol):
    """An address and a password that are printed at start and hinted at the sign-in form."""

    @property
    def email(self) -> str:
        """The address."""

    @property
    def password(self) -> str:
        """The password, in the clear."""
