"""A shop that sends mail, with Carol in its chat and Amir at its console."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import pytest

from tests.mail_server import MailServer
from tests.people import Agent, OpenShop, Shopper
from tests.shop import Shop

EMAIL = "Carol@example.com"
MAILBOX = "help@shop.example"


def with_mail(server: MailServer) -> dict[str, str]:
    return {"mail_url": server.url, "mail_from": "Caravan <no-reply@shop.example>", "mail_reply_to": MAILBOX}


class Desk:
    """A shop that sends mail, Carol in its chat and Amir at its console."""

    def __init__(self, shop: Shop, carol: Shopper, amir: Agent) -> None:
        self.shop, self.carol, self.amir = shop, carol, amir

    async def asks(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """Call the API as Amir, who signs in again when a day has gone by; return status and body."""
        for _ in range(2):
            headers = {"Cookie": f"parley_session={self.amir.cookie}", "X-CSRF": "1"}
            async with self.shop.http.request(method, path, headers=headers, **options) as response:
                status, told = response.status, await response.json()
            if status != HTTPStatus.UNAUTHORIZED:
                break
            self.amir.cookie = await self.shop.cookie_of("Amir")
        return status, told

    async def ticket(self, text: str = "Please write to me", email: str = EMAIL) -> dict[str, Any]:
        """Leave a message as Carol and return the ticket that the console lists."""
        number = (await self.carol.gets("ticket_open", email=email, text=text))["number"]
        _, listed = await self.asks("GET", "/api/tickets")
        return next(ticket for ticket in listed["tickets"] if ticket["number"] == number)

    async def answers(self, ticket: dict[str, Any], text: str) -> dict[str, Any]:
        status, told = await self.asks("POST", f"/api/tickets/{ticket['id']}/replies", json={"text": text})
        assert status == 200, told
        return dict(told["ticket"])


async def open_desk(shop: Shop) -> Desk:
    carol = await Shopper(shop).comes()
    return Desk(shop, carol, await Agent(shop, "Amir").comes())


@pytest.fixture
async def desk(open_shop: OpenShop, mail_server: MailServer) -> AsyncIterator[Desk]:
    """Open the shop with mail."""
    desk = await open_desk(await open_shop(**with_mail(mail_server)))
    yield desk
    await desk.carol.leave()
    await desk.amir.leave()
