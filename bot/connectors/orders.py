"""The shop's order service over HTTP: `GET {url}/orders/{number}?email=...`, as bot/README.md describes it."""

from __future__ import annotations

import asyncio
from datetime import date
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

import aiohttp
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.connectors.breaker import Breaker
from bot.domain.orders import Order, OrderStatus, Stage
from bot.settings import Settings

ANSWER_SECONDS = 5.0
"""For everything, from the connection to the last byte; a shopper waits meanwhile."""
ANSWER_BYTES = 1_000_000
FAILURES, REST_SECONDS = 5, 30.0


class OrdersDown(Exception):
    """The service gave no answer that can be used; `reason` is a word or two, without anybody's address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Stage(BaseModel):
    model_config = ConfigDict(extra="ignore")

    status: OrderStatus
    at: AwareDatetime


class _Order(BaseModel):
    model_config = ConfigDict(extra="ignore")

    number: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    timeline: Annotated[list[_Stage], Field(min_length=1, max_length=100)]
    expected_on: date | None = None
    tracking_number: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 -]{1,40}$")] | None = None


class OrderService:
    """Asks the service; after failures in a row it is left alone for a while."""

    def __init__(self, url: str, key: str | None, breaker: Breaker | None = None) -> None:
        self._url = url
        self._headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._breaker = breaker or Breaker(failures=FAILURES, rest=REST_SECONDS)

    async def look_up(self, number: str, email: str) -> Order | None:
        """Return the order; None when there is none or it is not this address's: nobody learns which.

        `number` is as the shopper wrote it. Raises OrdersDown.
        """
        if not self._breaker.allows():
            raise OrdersDown("resting")
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                body = await self._ask(number, email)
            order = None if body is None else _read(body, number)
        except OrdersDown:
            self._breaker.failed()
            raise
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            self._breaker.failed()
            raise OrdersDown(type(error).__name__) from None  # the error's text holds the address
        self._breaker.succeeded()
        return order

    async def _ask(self, number: str, email: str) -> bytes | None:
        """Return the body of the answer; None for "no such order"."""
        address = f"{self._url}/orders/{quote(number, safe='')}"
        async with (
            aiohttp.ClientSession(headers=self._headers) as session,
            session.get(address, params={"email": email}, allow_redirects=False) as response,
        ):
            if response.status == HTTPStatus.NOT_FOUND:
                return None
            if response.status != HTTPStatus.OK:
                raise OrdersDown(f"HTTP {response.status}")
            if response.content_type != "application/json":
                raise OrdersDown("not JSON")
            body = bytearray()
            async for chunk in response.content.iter_chunked(65_536):
                body += chunk
                if len(body) > ANSWER_BYTES:
                    raise OrdersDown("too large")
            return bytes(body)


def order_service_of(settings: Settings) -> OrderService | None:
    """Return the service that the settings name; None when there is none."""
    return OrderService(settings.orders_url, settings.orders_key) if settings.orders_url else None


def _read(body: bytes, number: str) -> Order:
    try:
        told = _Order.model_validate_json(body)
    except ValidationError:
        raise OrdersDown("another form") from None
    if told.number.casefold() != number.casefold():
        raise OrdersDown("another order")
    stages = sorted((Stage(stage.status, stage.at) for stage in told.timeline), key=lambda stage: stage.at)
    return Order(told.number, tuple(stages), told.expected_on, told.tracking_number)
