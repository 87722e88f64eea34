"""The permission matrix: whoever there is x every declared route and event x own, foreign and unknown objects.

The cells come from the declarations themselves, so a new route or event enters by being declared.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
import socketio

from bot.domain.identifiers import new_id
from bot.domain.rights import RIGHTS
from bot.server.rules import Door, Rule
from tests.people import AGENT, SHOPPER, Agent, Shopper
from tests.server.samples import ids_of, sample
from tests.server.small_world import AT_THE_CONSOLE, World, guess, guesses, refused, request_of, small_world
from tests.shop import STAFF, Premises, Shop

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOBODY = ("nobody", "Carol", "Mallory")
HARMLESS = {"conversation_leave"}
"""Events that say the same about every conversation: leaving where one is not changes nothing."""
WORDS_OF_THE_GATE = {"Please sign in.", "Your role does not allow this."}
SAYS_WHO = ("GET", "/api/session")
"""Open to anybody, and tells nobody in particular to sign in."""
OF_KIND = {"agent": "/api/people/"}
"""What the routes of a kind have in their address, when it is not its name."""
NO_ID_OF_OURS = {"/api/analytics/export/{id}"}
"""Routes whose `{id}` is one of a few words."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(premises: Premises, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with small_world(premises, tmp_path_factory.mktemp("matrix")) as made:
        yield made


def expected(rule: Rule, who: str) -> int | None:
    """Return the status of a refusal at the door, or None for who is let in."""
    match rule.caller:
        case Door.ANYBODY:
            return None
        case Door.KEY:
            return 403
        case Door.SIGNED_IN:
            return None if who in STAFF else 401
    if who not in STAFF:
        return 401
    return None if rule.caller in RIGHTS[STAFF[who][1]] else 403


@pytest.mark.parametrize("who", [*NOBODY, *STAFF])
async def test_every_route_lets_in_whom_it_names_and_nobody_else(world: World, who: str):
    wrong, cells = [], 0
    for rule in world.rules:
        cell, refusal = f"{who}: {rule.method} {rule.path}", expected(rule, who)
        ids = [new_id(), *world.known.values()] if "{id}" in rule.path else ["x"]
        found = [await world.call(rule, who, id_) for id_ in (ids if refusal or rule.method == "GET" else ids[:1])]
        cells += len(found)
        statuses = {status for status, _ in found}
        said = {told["error"]["message"] for _, told in found if isinstance(told, dict) and "error" in told}
        if refusal and (statuses != {refusal} or any(body != found[0][1] for _, body in found)):
            wrong.append(f"{cell}: expected {refusal} for every id, and the same words, got {found}"[:500])
        turned_away = said & WORDS_OF_THE_GATE and (rule.method, rule.path) != SAYS_WHO
        if not refusal and (turned_away or max(statuses) >= 500):
            wrong.append(f"{cell}: expected to be let in, got {found}"[:500])
    assert wrong == []
    assert cells > len(world.rules) > 40


async def test_the_key_opens_what_it_is_for(world: World):
    async with world.shop.http.get("/metrics", headers={"Authorization": "Bearer the key"}) as answer:
        assert answer.status == 200


async def test_foreign_and_unknown_objects_look_the_same_over_http(world: World):
    """A foreign id is one of another kind here: the staff of a shop shares its conversations."""
    wrong, tried = [], 0
    for rule in world.rules:
        if "{id}" not in rule.path or rule.path in NO_ID_OF_OURS:
            continue
        fits = [kind for kind in world.known if OF_KIND.get(kind, kind) in rule.path]
        unknown = await world.call(rule, "Ada", new_id())
        if unknown[0] != 404:
            wrong.append(f"{rule.method} {rule.path}: expected 404, got {unknown}")
        for kind, id_ in world.known.items():
            if kind in fits or (kind == "conversation" and "episodes" in rule.path):
                continue
            tried += 1
            if (found := await world.call(rule, "Ada", id_)) != unknown:
                wrong.append(f"{rule.method} {rule.path}: a {kind} is told from nothing: {found}")
    assert wrong == []
    assert tried > 40


@pytest.mark.parametrize("who", AT_THE_CONSOLE)
async def test_every_event_of_agents_needs_its_right(world: World, who: str):
    wrong, rights = [], RIGHTS[STAFF[who][1]]
    for event, ask in world.asks(AGENT).items():
        ids = [new_id(), new_id(), world.known["message"], world.known["agent"]]
        told = [await refused(world.staff[who], event, request_of(ask, id_)) for id_ in ids]
        if ask.right not in rights:
            told.append(await refused(world.staff[who], event, request_of(ask, world.known["conversation"])))
            right = all(error and error["code"] == "forbidden" for error in told)
        elif ids_of(ask.payload) and event not in HARMLESS:
            right = all(error and error["code"] == "not_found" for error in told)
        else:
            right = not any(error and error["code"] in ("forbidden", "internal") for error in told)
        if not right or any(error != told[0] for error in told):
            wrong.append(f"{who} {event}: {told}")
    assert wrong == []


NOT_IN_ANOTHERS = {
    "message_send",
    "conversation_return",
    "conversation_resolve",
    "conversation_transfer",
    "conversation_assign",
    "shopper_block",
}
"""What an agent may not do in a colleague's conversation; the rest is reading, a note, and taking it over."""


async def test_agent_reads_a_colleagues_conversation_and_does_not_act_in_it(world: World):
    dora = await Shopper(world.shop).comes()
    await dora.says("where is my parcel")
    await world.staff["Ada"].takes_over(dora)
    before = world.shop.value("SELECT count(*) FROM messages WHERE conversation_id = ?", dora.id)
    found = {}
    for event, ask in world.asks(AGENT).items():
        if "conversation_id" not in ids_of(ask.payload) or event == "conversation_take":
            continue
        error = await refused(world.staff["Amir"], event, request_of(ask, dora.id, agent_id=world.staff["Amir"].id))
        if error:
            found[event] = error["code"]
    assert found == dict.fromkeys(NOT_IN_ANOTHERS, "forbidden")
    assert world.shop.value("SELECT count(*) FROM messages WHERE conversation_id = ?", dora.id) == before
    assert world.shop.value("SELECT agent_id FROM conversations WHERE id = ?", dora.id) == world.staff["Ada"].id
    await dora.leave()


async def test_shopper_reaches_only_their_own(world: World):
    """Each event with an id: one's own, another's, and none. Each without: it names no conversation at all."""
    tables = ("messages", "events", "feedback", "tickets", "handoffs")
    counted = " || ',' || ".join(f"(SELECT count(*) FROM {table} WHERE conversation_id = :id)" for table in tables)
    carols = {"id": world.carol.id}
    before = _counts(world.shop, counted, carols)
    wrong = []
    for event, ask in world.asks(SHOPPER).items():
        if named := ids_of(ask.payload):
            foreign, unknown = [
                await refused(world.mallory, event, sample(ask.payload, **dict.fromkeys(named, id_)))
                for id_ in (world.known["message"], new_id())
            ]
            if foreign != unknown or foreign["code"] != "not_found":
                wrong.append(f"{event}: {foreign} for another's, {unknown} for none")
        forged = await refused(world.mallory, event, {**sample(ask.payload), "conversation_id": world.carol.id})
        if not forged or forged["code"] != "bad_input":
            wrong.append(f"{event} with conversation_id: {forged}")
    assert wrong == []
    assert _counts(world.shop, counted, carols) == before
    own = {"message_id": world.known["message"], "helpful": True}
    assert await refused(world.carol, "feedback_give", own) is None


def _counts(shop: Shop, counted: str, named: dict[str, str]) -> str:
    return str(shop.rows(f"SELECT {counted} AS counts".replace(":id", "?"), *[named["id"]] * 5)[0]["counts"])


async def test_events_of_the_other_side_are_unknown(world: World):
    agents, shoppers = world.asks(AGENT), world.asks(SHOPPER)
    for event in agents.keys() - shoppers.keys():
        assert (await refused(world.mallory, event, {}))["code"] == "unknown_event", event
    for event in shoppers.keys() - agents.keys():
        assert (await refused(world.staff["Ada"], event, {}))["code"] == "unknown_event", event


@pytest.mark.parametrize("who", ["nobody", "Carol", "Mallory", *(n for n in STAFF if n not in AT_THE_CONSOLE)])
async def test_console_lets_in_only_who_may_chat(world: World, who: str):
    stranger = Agent(world.shop, who)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await stranger.connect(None, Origin=world.shop.url, **world.headers[who])
    assert stranger.refusal["data"]["code"] == ("forbidden" if who in STAFF else "unauthorized")


async def test_staff_at_the_shoppers_door_are_strangers(world: World):
    ada = Shopper(world.shop)
    await ada.connect({}, **world.headers["Ada"])
    told = await refused(ada, "feedback_give", {"message_id": world.known["message"], "helpful": True})
    assert told["code"] == "not_found"
    await ada.leave()


async def test_ids_cannot_be_guessed(world: World, full):
    """Every verb with an id, in turn: no guess hits, and every miss has the same words."""
    count = 10_000 if full else 400
    verbs: list[tuple[str, Any]] = []
    for rule in world.rules:
        if "{id}" in rule.path and rule.path not in NO_ID_OF_OURS:
            verbs.append((f"{rule.method} {rule.path}", partial(world.call, rule, "Ada")))  # noqa: PERF401
    for namespace, caller in ((AGENT, world.staff["Ada"]), (SHOPPER, world.mallory)):
        for event, ask in world.asks(namespace).items():
            if ids_of(ask.payload) and event not in HARMLESS:
                verbs.append((f"{namespace} {event}", partial(guess, caller, event, ask)))
    told: dict[str, set[str]] = {}
    ids = [(verbs[n % len(verbs)], id_) for n, id_ in enumerate(guesses(list(world.known.values()), count))]
    for start in range(0, count, 25):
        batch = ids[start : start + 25]
        answers = await asyncio.gather(*(call(id_) for (_, call), id_ in batch))
        for ((verb, _), _), answer in zip(batch, answers, strict=True):
            told.setdefault(verb, set()).add(repr(answer))
    print(f"\n{count} guesses over {len(verbs)} verbs")
    assert {verb: answers for verb, answers in told.items() if len(answers) != 1} == {}
    assert all("not_found" in answer for answers in told.values() for answer in answers)
    assert len(told) == len(verbs) > 20


async def test_every_rule_declares_the_body_that_its_handler_reads(world: World):
    """The description of the API, and these cells, are made of the declared one."""
    for rule in world.rules:
        code = rule.handler.__code__ if hasattr(rule.handler, "__code__") else rule.handler.__func__.__code__
        read = "body_of" in code.co_names
        assert read is (rule.body is not None), f"{rule.method} {rule.path}: body={rule.body}"
        if rule.body:
            assert rule.body.__name__ in code.co_names, f"{rule.method} {rule.path}: reads another body"
