"""What supervisors set up over HTTP: who may, what is refused and where, and who is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.server import configuration_watch
from tests.people import Agent, OpenShop
from tests.shop import STAFF, Shop, within

CSRF = {"X-CSRF": "1"}
WEEK = {"mon": [["09:00", "14:00"], ["16:00", "19:00"]], "sat": [["10:00", "24:00"]]}
HOURS = {"time_zone": "Europe/Madrid", "week": WEEK, "holidays": [{"date": "2026-12-25", "name": "Navidad"}]}
HELLO = {"shortcut": "hello", "language": "es", "text": "Hola, soy {agent}. ¿Es el pedido {order}?"}
WRONG = {
    "hours": {
        "time_zone": "Mars/Olympus",
        "week": {
            "mon": [["14:00", "09:00"], ["9:00", "10:00"], ["08:00"]],
            "tue": [["09:00", "12:00"], ["11:00", "13:00"]],
            "noday": [],
        },
        "holidays": [{"date": "2026-02-30", "name": "x"}, {"date": "2026-12-25"}],
    },
    "teams": [
        {"name": "A", "topics": ["refunds", "moon"]},
        {"name": "a", "topics": ["refunds"], "members": []},
        {"id": "0192f0c1-2345-7abc-8def-0123456789ab", "name": " "},
        "team",
    ],
    "canned_replies": [
        HELLO,
        {**HELLO, "text": "{agent} {shopper} {}"},
        {"shortcut": "two words", "language": "de", "text": "x" * 4001},
        {"shortcut": "/hello", "text": None},
    ],
    "people": [
        {"email": "nobody@shop.example"},
        {"email": "amir@shop.example", "capacity": 0, "languages": ["xx"], "teams": ["nowhere"], "role": "admin"},
        {"email": "amir@shop.example", "disabled": "yes"},
        {},
    ],
}
"""Each of these values is wrong, and each for a reason of its own."""

Call = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
def call(shop: Shop) -> Call:
    """Give a function that calls the API as somebody of the staff."""

    async def call(name: str, document: Any = None, **headers: str) -> tuple[int, Any]:
        cookie = {"Cookie": f"parley_session={await shop.cookie_of(name)}", **CSRF, **headers}
        method = "GET" if document is None else "PUT"
        async with shop.http.request(method, "/api/configuration", json=document, headers=cookie) as response:
            return response.status, await response.json()

    return call


async def saved(call: Call, **sections: Any) -> dict[str, Any]:
    """Change sections as Beth the supervisor, from the version that is there."""
    _, before = await call("Beth")
    status, told = await call("Beth", {"version": before["version"], **sections})
    assert status == 200, told
    after: dict[str, Any] = told
    return after


async def faults(call: Call, name: str = "Beth", **sections: Any) -> dict[str, str]:
    """Return the faults of what cannot be saved, by path; nothing is changed by it."""
    before = (await call("Beth"))[1]
    status, told = await call(name, {"version": before["version"], **sections})
    assert (status, told["error"]["code"]) == (400, "bad_input"), told
    assert (await call("Beth"))[1] == before
    return {fault["path"]: fault["message"] for fault in told["error"]["params"]["faults"]}


@pytest.mark.parametrize("name", STAFF)
async def test_each_role_may_what_the_table_says(call: Call, name: str):
    read, written = {"Amir": (200, 403), "Beth": (200, 200), "Zoe": (403, 403), "Ada": (200, 200)}[name]
    assert (await call(name))[0] == read
    assert (await call(name, {"version": 1, "hours": HOURS}))[0] == written
    assert ((await call("Beth"))[1]["hours"] is not None) is (written == 200)


async def test_what_is_saved_is_what_is_shown(call: Call):
    told = await saved(call, hours=HOURS, canned_replies=[HELLO], teams=[{"name": "Refunds", "topics": ["refunds"]}])
    full = {day: WEEK.get(day, []) for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    assert told["hours"] == {**HOURS, "week": full}
    assert [{k: v for k, v in reply.items() if k != "id"} for reply in told["canned_replies"]] == [HELLO]
    (team,) = told["teams"]
    assert team == {"id": team["id"], "name": "Refunds", "topics": ["refunds"], "hours": None}
    assert told["topics"] == [
        "account", "contact", "orders", "payments", "promotions", "refunds", "returns", "shipping",
    ]  # fmt: skip
    assert (await call("Amir"))[1] == told
    assert (await saved(call, hours=None))["hours"] is None


async def test_people_get_languages_capacity_and_teams(call: Call, shop: Shop):
    team = {"name": "Refunds", "topics": ["refunds"], "hours": HOURS}
    told = await saved(
        call,
        teams=[team],
        people=[{"email": "Amir@shop.example", "languages": ["fr", "es"], "capacity": 2, "teams": ["refunds"]}],
    )
    amir = next(person for person in told["people"] if person["name"] == "Amir")
    assert (amir["languages"], amir["capacity"], amir["teams"]) == (["fr", "es"], 2, [told["teams"][0]["id"]])
    assert (amir["role"], amir["disabled"]) == ("agent", False)
    assert len(told["people"]) == len(STAFF)
    found = await shop.parley.store.read(lambda tx: tx.teams.for_topic("refunds/refund-time"))
    assert found.members == (amir["id"],)
    # What was told can be sent back as it is, and a team that goes takes nobody with it.
    again = await saved(call, **{name: told[name] for name in ("hours", "teams", "canned_replies", "people")})
    assert again == told
    gone = await saved(call, teams=[])
    assert next(person for person in gone["people"] if person["name"] == "Amir")["teams"] == []


async def test_the_second_of_two_who_save_at_once_is_told(call: Call):
    both = await asyncio.gather(
        *(call("Beth", {"version": 1, "canned_replies": [{**HELLO, "shortcut": name}]}) for name in ("one", "two"))
    )
    assert sorted(status for status, _ in both) == [200, 409]
    refused = next(told for status, told in both if status == 409)
    assert (refused["error"]["code"], refused["error"]["params"]["version"]) == ("conflict", 2)


async def test_nothing_new_is_no_new_version(call: Call):
    first = await saved(call, hours=HOURS, canned_replies=[HELLO])
    assert (await saved(call, hours=HOURS, canned_replies=[HELLO])) == first


async def test_every_fault_is_named_with_its_place_in_the_readers_language(call: Call):
    found = await faults(call, **WRONG)
    named = {
        "hours": "time_zone week.mon.0 week.mon.1 week.mon.2 week.tue.1 week.noday holidays.0.date holidays.1.name",
        "teams": "0.topics.1 1.name 1.topics.0 1.members 2.id 2.name 3",
        "canned_replies": "1.shortcut 1.text 2.shortcut 2.language 2.text 3.shortcut 3.language 3.text",
        "people": "0.email 1.capacity 1.languages.0 1.teams.0 1.role 2 2.disabled 3.email",
    }
    assert sorted(found) == sorted(f"{section}.{path}" for section, paths in named.items() for path in paths.split())
    assert found["hours.time_zone"] == "Expected a time zone such as Europe/Madrid, got Mars/Olympus."
    told = (
        await call("Beth", {"version": 1, "teams": [{"name": "A", "topics": ["moon"]}]}, **{"Accept-Language": "fr"})
    )[1]
    assert told["error"]["params"]["faults"] == [
        {"path": "teams.0.topics.0", "message": "Le centre d'aide n'a pas de thème moon."}
    ]
    assert told["error"]["message"] == "Rien n'a été modifié : valeurs inutilisables : 1."


@pytest.mark.parametrize("section", ["hours", "teams", "canned_replies", "people"])
@pytest.mark.parametrize("value", [7, "x", True, [[]], {"a": 1}, [None], [{"id": {}}], [{"email": []}]])
async def test_whatever_is_sent_gets_a_sentence(call: Call, section: str, value: Any):
    assert all(message.endswith(".") for message in (await faults(call, **{section: value})).values())


async def test_nobody_locks_themselves_or_every_admin_out(call: Call):
    assert list(await faults(call, people=[{"email": "beth@shop.example", "disabled": True}])) == ["people.0.disabled"]
    assert list(await faults(call, people=[{"email": "ada@shop.example", "disabled": True}])) == [
        "people.0.disabled",
        "people",
    ]
    assert "people" in await faults(call, "Ada", people=[{"email": "ada@shop.example", "disabled": True}])


async def test_who_is_switched_off_is_signed_out_everywhere_and_can_come_back(call: Call, amir: Agent, shop: Shop):
    await saved(call, people=[{"email": "amir@shop.example", "disabled": True}])
    await within(5, lambda: not amir.client.connected)
    for disabled in (True, False):  # the old session does not come back with the account
        await saved(call, people=[{"email": "amir@shop.example", "disabled": disabled}])
        async with shop.http.get("/api/session", headers={"Cookie": f"parley_session={amir.cookie}"}) as response:
            assert response.status == 401
    back = await Agent(shop, "Amir").comes()
    await back.leave()


async def test_consoles_hear_of_a_change_on_every_process(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(configuration_watch, "LOOK_SECONDS", 0.05)
    first = await open_shop()
    second = await open_shop(database_url=first.settings.database_url)
    amir, beth = await Agent(first, "Amir").comes(), await Agent(second, "Beth").comes()
    cookie = {"Cookie": f"parley_session={beth.cookie}", **CSRF}
    async with second.http.put("/api/configuration", json={"version": 1, "hours": HOURS}, headers=cookie) as response:
        assert response.status == 200
    for agent in (amir, beth):
        assert await agent.hears_of("configuration_changed") == {"version": 2}
        assert len(agent.heard_of("configuration_changed")) == 1
        await agent.leave()


async def test_colleagues_see_a_changed_capacity_at_once(call: Call, amir: Agent):
    before = len(amir.heard)
    await saved(call, people=[{"email": "amir@shop.example", "capacity": 1}])
    told = await amir.hears_of("presence_changed", after=before)
    assert next(agent for agent in told["agents"] if agent["name"] == "Amir")["capacity"] == 1


async def test_a_thousand_canned_replies_fit(call: Call):
    replies = [{**HELLO, "shortcut": f"reply-{n}", "text": "x" * 500} for n in range(1000)]
    assert len((await saved(call, canned_replies=replies))["canned_replies"]) == 1000
    assert list(await faults(call, canned_replies=[*replies, HELLO])) == ["canned_replies"]
