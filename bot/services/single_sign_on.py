"""Signing in by the company's own service: it says who somebody is, the account here says what they may do."""

from __future__ import annotations

import base64
import hashlib
import logging
from dataclasses import dataclass
from hmac import compare_digest

from bot.connectors.sign_in_service import SignInRefused, SignInService, SignInServiceDown
from bot.domain.agents import Session
from bot.domain.identifiers import new_token
from bot.errors import Forbidden, Unauthorized, Unavailable
from bot.services.agents import Agents
from bot.services.recognising import recognise

logger = logging.getLogger(__name__)

SHORTEST_SECRET = 43  # characters, as they are made
LONGEST_CODE = 4096  # characters
FAILED = "Signing in did not work. Please try again."


@dataclass(frozen=True, slots=True)
class Beginning:
    """A sign-in that has begun."""

    address: str
    """Where the browser goes."""
    secret: str
    """What the browser keeps until it is back: nobody else can finish this sign-in, and it none but this."""


class SingleSignOn:
    """Use-cases of signing in elsewhere. Nothing is stored: state, nonce and verifier come from the one secret."""

    def __init__(self, service: SignInService | None, agents: Agents) -> None:
        self._service = service
        self._agents = agents

    async def begin(self, redirect_uri: str) -> Beginning:
        """Begin a sign-in. Raises Unavailable."""
        secret = new_token()
        verifier = _derived(secret, "verifier")
        challenge = _coded(hashlib.sha256(verifier.encode()).digest())
        try:
            address = await self._provider().address(
                redirect_uri=redirect_uri,
                state=_derived(secret, "state"),
                nonce=_derived(secret, "nonce"),
                challenge=challenge,
            )
        except SignInServiceDown as error:
            raise self._away(error) from None
        return Beginning(address, secret)

    async def finish(
        self,
        secret: str,
        *,
        state: str,
        code: str,
        redirect_uri: str,
        browser: str | None = None,
        former: str | None = None,
    ) -> tuple[str, Session]:
        """Return the token of a session of whom the service vouches for.

        Raises Unauthorized when it does not, Forbidden without an account, Unavailable.
        """
        if len(secret) < SHORTEST_SECRET:  # nothing begun in this browser: anybody could derive from nothing
            raise Unauthorized(FAILED)
        if not compare_digest(_derived(secret, "state").encode(), state.encode("utf-8", "replace")):
            raise Unauthorized(FAILED)
        if not code or len(code) > LONGEST_CODE:
            raise Unauthorized(FAILED)
        try:
            vouched = await self._provider().vouched(
                code,
                redirect_uri=redirect_uri,
                verifier=_derived(secret, "verifier"),
                nonce=_derived(secret, "nonce"),
            )
        except SignInRefused as error:
            logger.info("sign_in_refused", extra={"why": str(error)})
            raise Unauthorized(FAILED) from None
        except SignInServiceDown as error:
            raise self._away(error) from None
        if not vouched.verified:
            # Whoever may choose an address there could choose a colleague's.
            raise Forbidden("The sign-in service has not verified your e-mail address.", why="not_verified")
        return await self._agents.let_in(lambda tx: recognise(tx, vouched), browser=browser, former=former)

    def _provider(self) -> SignInService:
        if self._service is None:
            raise Unavailable("This shop has not set that up.")
        return self._service

    def _away(self, error: SignInServiceDown) -> Unavailable:
        logger.warning("sign_in_service_down", extra={"why": str(error)})
        return Unavailable("The sign-in service does not answer right now. Please try again in a moment.")


def _derived(secret: str, purpose: str) -> str:
    return _coded(hashlib.sha256(f"{purpose} {secret}".encode()).digest())


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
