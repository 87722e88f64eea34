"""What analysts read over HTTP: figures with what they count, masked transcripts, rows to take away; nobody else."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from tests.people import Agent, OpenShop, Shopper
from tests.shop import Shop

CSRF = {"X-CSRF": "1"}
PERIOD = "from=2026-03-01&to=2026-03-03"
ROUTES = (
    "definitions",
    "overview",
    "series",
    "groups",
    "heat",
    "choices",
    "episodes",
    "episodes/x",
    "benchmarks",
    "painpoints",
    "painpoints/x",
    "export/messages",
    "export/dictionary",
)


async def asked(shop: Shop, path: str, who: str = "Zoe", status: int = 200, **headers: str) -> Any:
    """Return what somebody of the staff gets at an address below `/api/analytics/`."""
    cookie = {"Cookie": f"parley_session={await shop.cookie_of(who)}", **headers}
    async with shop.http.get(f"/api/analytics/{path}", headers=cookie) as response:
        text = await response.text()
        assert response.status == status, text
        return json.loads(text) if response.content_type == "application/json" else text


@pytest.fixture
async def day(carol: Shopper, amir: Agent, shop: Shop) -> Shop:
    """Give a shop in which Carol was answered, and then helped by Amir, to whom she told what is nobody's business."""
    answer = await carol.asked("where is my parcel")
    await carol.gets("feedback_give", message_id=answer["id"], helpful=True)
    await carol.gets("conversation_end")
    await carol.asked("my card is 4111 1111 1111 1111, mail carol@x.example, call +34 612 345 678")
    await carol.waits()
    await amir.accepts(await amir.sees_waiting())
    await amir.writes(carol, "Your IBAN DE89 3704 0044 0532 0130 00, order 100200300")
    await amir.resolves(carol)
    await carol.gets("rating_submit", csat=5, nps=9)
    return shop


async def test_numbers_open_the_conversations_that_they_count(day: Shop, carol: Shopper):
    overview = await asked(day, f"overview?{PERIOD}")
    assert overview["episodes"] == sum(overview["outcomes"].values()) == 2
    assert overview["rates"]["resolution"]["parts"] == {"confirmed": 2, "assumed": 0}
    assert overview["previous"] is None
    for metric, part in (("resolution", "confirmed"), ("csat", "numerator"), ("queue_wait", "numerator")):
        told = await asked(day, f"episodes?{PERIOD}&metric={metric}&part={part}")
        figure = (overview["rates"] | overview["durations"])[metric]
        assert told["n"] == len(told["rows"]) == figure.get("n", figure.get("numerator"))
        assert {row["conversation_id"] for row in told["rows"]} == {carol.id}
    groups = (await asked(day, f"groups?{PERIOD}&by=agent"))["groups"]
    assert {(group["title"], group["figures"]["episodes"]) for group in groups} == {("none", 1), ("Amir", 1)}
    series = await asked(day, f"series?{PERIOD}&step=day&figures=csat,outcomes")
    assert [point["episodes"] for point in series["points"]] == [0, 2, 0]
    assert set(series["points"][1]["rates"]) == {"csat"}
    assert len(series["previous"]) == 3
    heat = await asked(day, f"heat?{PERIOD}&time_zone=Asia/Tokyo")
    assert (heat["cells"][0][21], heat["handoffs"][0][21]) == (2, 1), "noon in London is nine in the evening in Tokyo"
    choices = await asked(day, f"choices?{PERIOD}")
    assert [choice["episodes"] for choice in choices["outcome"]] == [1, 1]


async def test_transcript_is_masked_and_says_why(day: Shop, carol: Shopper):
    told = await asked(day, f"episodes/{carol.id}")
    words = " ".join(message["text"] for message in told["messages"])
    assert all(secret not in words for secret in ("4111 1111", "41111111", "carol@x", "612 345", "3704"))
    assert "[card …1111]" in words
    assert "order 100200300" in words, "an order's number is no phone number"
    assert told["decisions"][0]["candidates"][0]["title"]
    assert carol.token not in json.dumps(told)
    rows = (await asked(day, f"episodes?{PERIOD}&metric=csat"))["rows"]
    assert "4111" not in rows[0]["quote"]


async def test_rows_are_taken_away_masked(day: Shop):
    text = await asked(day, f"export/messages?{PERIOD}&format=csv&bom=yes")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) > 6
    assert "4111" not in text
    lines = (await asked(day, f"export/messages?{PERIOD}&format=jsonl&text=no&coarse_times=yes")).splitlines()
    assert {json.loads(line)["text"] for line in lines} == {None}
    assert {json.loads(line)["at"] for line in lines} == {"2026-03-02T12:00:00.000Z"}
    await asked(day, f"export/messages?{PERIOD}&unmasked=yes", status=403)
    assert "carol@x" in await asked(day, f"export/messages?{PERIOD}&unmasked=yes", who="Ada")
    first, second = [
        next(csv.DictReader(io.StringIO(await asked(day, f"export/conversations?{PERIOD}"))))["visitor"] for _ in "12"
    ]
    assert first != second, "two exports cannot be joined"


async def test_definitions_are_in_the_readers_language(shop: Shop):
    told = (await asked(shop, "definitions?language=fr"))["definitions"]
    assert {one["name"]: one["title"] for one in told}["resolution"] == "Taux de résolution"
    english = (await asked(shop, "definitions"))["definitions"]
    assert not {one["text"] for one in english} & {one["text"] for one in told}


async def test_benchmarks_are_kept_and_checked(shop: Shop):
    cookie = {"Cookie": f"parley_session={await shop.cookie_of('Zoe')}", **CSRF}

    async def put(lines: dict[str, Any]) -> tuple[int, Any]:
        async with shop.http.put("/api/analytics/benchmarks", json={"benchmarks": lines}, headers=cookie) as response:
            return response.status, await response.json()

    assert await put({"resolution": 0.7, "queue_wait": 60}) == (
        200,
        {"benchmarks": {"queue_wait": 60.0, "resolution": 0.7}},
    )
    assert (await put({"resolution": 70}))[0] == 400
    assert (await put({"happiness": 1}))[0] == 400
    assert await put({"resolution": None}) == (200, {"benchmarks": {"queue_wait": 60.0}})
    assert (await asked(shop, f"overview?{PERIOD}"))["benchmarks"] == {"queue_wait": 60.0}


async def test_only_who_reads_reports_gets_in(open_shop: OpenShop):
    shop = await open_shop()
    for route in ROUTES:
        await asked(shop, route, who="Amir", status=403)
        async with shop.http.get(f"/api/analytics/{route}") as response:
            assert response.status == 401


@pytest.mark.parametrize(
    "path",
    [
        "overview?from=2026-02-30",
        "overview?from=2026-03-02&to=2026-03-01",
        "overview?from=2020-01-01&to=2026-01-01",
        "overview?from=0001-01-01&to=0001-01-02",
        "overview?to=9999-12-31",
        "overview?time_zone=Mars/Base",
        "overview?time_zone=../../etc/passwd",
        "overview?hour=24",
        "overview?weekday=-1",
        "overview?sla_seconds=nan",
        "groups?by=visitor",
        "series?step=minute",
        "series?step=hour&from=2026-01-01&to=2026-03-31",
        "episodes?metric=happiness",
        "episodes?metric=csat&part=confirmed",
        "episodes?metric=load",
        "episodes?after=-1",
        "episodes?min=x",
        "export/secrets",
        "export/messages?format=xlsx",
        "export/messages?unmasked=perhaps",
    ],
)
async def test_what_cannot_be_answered_is_refused(shop: Shop, path: str):
    told = await asked(shop, path, status=400)
    assert told["error"]["code"] == "bad_input"
    assert told["error"]["message"]
