"""Who signed out, was switched off or has another role hears nothing more, in any tab, on any process."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

import pytest
import socketio

from tests.people import Agent, Shopper
from tests.shop import Shop, within

SILENT_SECONDS = 2.0
SQL: dict[str, str] = {
    "switched off": "UPDATE agents SET disabled_at = created_at WHERE id = ?",
    "another role": "UPDATE agents SET role = 'analyst' WHERE id = ?",
    "expired": "UPDATE sessions SET expires_at = created_at WHERE agent_id = ?",
    "ended elsewhere": "DELETE FROM sessions WHERE agent_id = ?",
}


async def another_tab(agent: Agent) -> Agent:
    tab = Agent(agent.shop, agent.name)
    await tab.connect(Origin=agent.shop.url, Cookie=f"parley_session={agent.cookie}")
    await tab.hears_of("session_started")
    return tab


def changed(shop: Shop, query: str, *values: object) -> None:
    """Change the database as another process does: nobody here is told."""
    with closing(sqlite3.connect(shop.database, timeout=10)) as connection:
        connection.execute(query, values)
        connection.commit()


async def silent_after(end: Callable[[], object], *tabs: Agent) -> float:
    """Return after how many seconds the last of them was shown out."""
    started = time.monotonic()
    done = end()
    if asyncio.iscoroutine(done):
        await done
    await within(10, lambda: not any(tab.client.connected for tab in tabs))
    return time.monotonic() - started


async def hears_nothing_more(shop: Shop, carol: Shopper, *tabs: Agent) -> None:
    heard = [len(tab.heard) for tab in tabs]
    await carol.waits()
    await carol.says("is anybody there?")
    await asyncio.sleep(0.2)
    assert [len(tab.heard) for tab in tabs] == heard
    for tab in tabs:
        await tab.client.eio.disconnect()
        with pytest.raises(socketio.exceptions.ConnectionError):
            await tab.connect(Origin=shop.url, Cookie=f"parley_session={tab.cookie}")


async def test_who_signs_out_is_shown_out_of_every_tab(shop: Shop, carol: Shopper, amir: Agent, beth: Agent):
    tabs = [amir, await another_tab(amir), await another_tab(amir)]
    for tab in tabs:
        tab.cookie = amir.cookie

    async def sign_out() -> None:
        headers = {"X-CSRF": "1", "Origin": shop.url, "Cookie": f"parley_session={amir.cookie}"}
        async with shop.http.delete("/api/session", headers=headers) as answer:
            assert answer.status == 200

    assert await silent_after(sign_out, *tabs) < SILENT_SECONDS
    await hears_nothing_more(shop, carol, *tabs)
    assert (await beth.sees_waiting())["conversation"]["id"] == carol.id
    assert shop.value("SELECT presence FROM agents WHERE id = ?", amir.id) == "offline"


async def test_another_session_of_the_same_agent_stays(shop: Shop, amir: Agent):
    other = await Agent(shop, "Amir").comes()
    await silent_after(lambda: shop.parley.agents.sign_out(amir.cookie), amir)
    assert (await other.gets("queue_watch"))["queue"] == []
    await other.leave()


@pytest.mark.parametrize("what", SQL)
async def test_whatever_ends_it_ends_the_sockets(shop: Shop, carol: Shopper, amir: Agent, beth: Agent, what: str):
    assert await silent_after(lambda: changed(shop, SQL[what], amir.id), amir) < SILENT_SECONDS
    await hears_nothing_more(shop, carol, amir)
    assert beth.client.connected


async def test_a_changed_name_is_the_name_that_shoppers_see(shop: Shop, carol: Shopper, amir: Agent):
    await amir.takes_over(carol)
    changed(shop, "UPDATE agents SET name = 'Amira' WHERE id = ?", amir.id)

    async def written() -> str:
        said = await amir.writes(carol, "Good morning.")
        return str((await carol.hears("agent", after=said["seq"] - 1))["name"])

    async def renamed() -> bool:
        await asyncio.sleep(0.2)  # an agent who writes faster is asked to wait
        return await written() == "Amira"

    await within(5, renamed)
