"""The audit log over HTTP: paged, filtered, taken away as CSV, and a changed row is named."""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from bot.domain.audits import AuditAction
from tests.people import Agent, Shopper
from tests.shop import STAFF, Shop

A, B = AuditAction.SIGNED_IN, AuditAction.EXPORTED


async def told(shop: Shop, path: str = "/api/audit", **query: str) -> tuple[int, Any]:
    headers = {"Cookie": f"parley_session={await shop.cookie_of('Ada')}"}
    async with shop.http.get(path, params=query, headers=headers) as response:
        return response.status, await (response.text() if "csv" in response.content_type else response.json())


async def ids(shop: Shop) -> dict[str, str]:
    _, log = await told(shop)
    return {person["name"]: person["id"] for person in log["people"]}


async def noted(shop: Shop, count: int, action: AuditAction = A, **about: str | None) -> None:
    def unit(tx: Any) -> None:
        for number in range(count):
            tx.audit.record(action, rows=number, **about)

    await shop.parley.store.write(unit)


async def test_pages_follow_one_another_without_a_gap(shop: Shop):
    await noted(shop, 230)
    numbers: list[int] = []
    query: dict[str, str] = {}
    while True:
        _, log = await told(shop, **query)
        numbers += [row["number"] for row in log["rows"]]
        if log["next"] is None:
            break
        query = {"before": str(log["next"])}
    assert numbers == list(range(numbers[0], 0, -1))
    assert len(numbers) >= 230


async def test_a_page_that_is_just_full_has_none_behind_it(shop: Shop):
    await noted(shop, 100, action=AuditAction.RETENTION_RUN)
    _, log = await told(shop, action="retention_run")
    assert (len(log["rows"]), log["next"]) == (100, None)


async def test_rows_are_found_by_person_action_and_day(shop: Shop, clock: Any):
    who = await ids(shop)
    assert set(who) == set(STAFF)
    await noted(shop, 2, action=B, agent_id=who["Amir"])
    await noted(shop, 1, action=B, about=who["Amir"])
    clock.advance(days=2)
    await noted(shop, 3, action=B, agent_id=who["Zoe"], about="x")
    day = clock.now().date().isoformat()

    async def count(**query: str) -> int:
        status, log = await told(shop, **query)
        assert status == 200, log
        return len(log["rows"])

    assert await count(action="exported") == 6
    assert await count(action="exported", person=who["Amir"]) == 3
    assert await count(action="exported", **{"from": day}) == 3
    assert await count(action="exported", person=who["Amir"], **{"from": day}) == 0
    assert await count(action="exported", to=day, time_zone="Europe/Madrid") == 6


@pytest.mark.parametrize(
    "query",
    [
        {"action": "nothing"},
        {"from": "yesterday"},
        {"to": "9999-12-31"},
        {"from": "0001-01-01", "time_zone": "Asia/Tokyo"},
        {"time_zone": "Mars"},
        {"before": "0"},
        {"before": "-1"},
        {"before": "9" * 12},
    ],
    ids=str,
)
async def test_what_cannot_be_asked_is_told(shop: Shop, query: dict[str, str]):
    status, body = await told(shop, **query)
    assert (status, body["error"]["code"]) == (400, "bad_input")


async def test_a_changed_row_is_named_and_still_shown(shop: Shop, amir: Agent, carol: Shopper):
    await noted(shop, 8, about="x")
    _, whole = await told(shop, "/api/audit/check")
    assert (whole["rows"] >= 8, whole["broken"]) == (True, None)
    with closing(sqlite3.connect(shop.database)) as connection, connection:
        connection.execute("UPDATE audit SET action = 'made_up', data = 'no JSON' WHERE number = 5")
    _, broken = await told(shop, "/api/audit/check")
    assert broken["broken"] == 5
    _, log = await told(shop, before="6")
    assert (log["rows"][0]["number"], log["rows"][0]["action"]) == (5, "made_up")


async def test_taken_away_it_is_a_csv_that_no_spreadsheet_runs_and_that_is_noted(shop: Shop):
    who = await ids(shop)
    await noted(shop, 1200, agent_id=who["Zoe"], about="=1+1")
    status, text = await told(shop, "/api/audit/export", person=who["Zoe"])
    assert status == 200
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["number"]) for row in rows] == sorted((int(row["number"]) for row in rows), reverse=True)
    assert (len(rows), {row["about"] for row in rows}, {row["agent"] for row in rows}) == (1200, {"'=1+1"}, {"Zoe"})
    assert all(len(row["hash"]) == 64 for row in rows)
    _, log = await told(shop)
    assert (log["rows"][0]["action"], log["rows"][0]["agent"], log["rows"][0]["data"]) == (
        "exported",
        "Ada",
        {"what": "audit"},
    )
