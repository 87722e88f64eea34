"""kill -9 while a mail is being sent: it goes out, twice at most, under one Message-ID."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.faults.ground import Ground, on_both_in_full
from tests.mail_server import MailServer, mail_server_running
from tests.people import Shopper
from tests.shop import within

MAILS = 3


def with_mail(server: MailServer) -> dict[str, Any]:
    return {"mail_url": server.url, "mail_from": "no-reply@shop.example", "mail_reply_to": "help@shop.example"}


def time_passes(ground: Ground, url: str) -> None:
    """Make due what a sender that is gone has claimed: two minutes, without waiting for them."""
    ground.ask(url, "UPDATE mails SET due_at = at WHERE status = 'queued'")


def statuses(ground: Ground, url: str) -> list[str]:
    return ground.ask(url, "SELECT status FROM mails ORDER BY id")


@pytest.mark.full_only
@on_both_in_full
async def test_mail_outlives_the_process_that_sends_it(ground: Ground) -> None:
    url = ground.database()
    with mail_server_running() as server:
        server.answers(after=["silence"])  # taken, and the sender never hears so
        with ground.shop(url=url, **with_mail(server)) as shop:
            shopper = await Shopper(shop).comes()
            for number in range(MAILS):
                await shopper.gets("ticket_open", email=f"carol{number}@example.com", text="Please write to me")
            await shopper.leave()
            await within(30, lambda: len(server.taken()) == 1)
            shop.kill()  # between the server's taking it and noting so
            assert statuses(ground, url) == ["queued"] * MAILS
            server.answers()
            time_passes(ground, url)
            await asyncio.to_thread(shop.start)
            await within(30, lambda: statuses(ground, url) == ["sent"] * MAILS)
        sent = [message["Message-ID"] for _, message in server.taken()]
    assert len(set(sent)) == MAILS
    assert sorted(sent.count(message_id) for message_id in set(sent)) == [1, 1, 2]
