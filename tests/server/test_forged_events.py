"""What no browser sends: reserved names, unknown events, wrong shapes, broken frames. Each is answered."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.callers import PATIENCE
from tests.people import Agent, Shopper
from tests.shop import Shop

SHOPPER_EVENTS: dict[str, dict[str, Any]] = {
    "message_send": {"client_id": "abcdefgh", "text": "hi"},
    "resume": {"after_seq": 0, "limit": 5},
    "history": {"before_seq": 5},
    "typing_set": {"on": True},
    "choice_pick": {"message_id": "0192f0c1-2345-7abc-8def-0123456789ab", "entry": "human"},
    "handoff_request": {},
    "handoff_cancel": {},
    "ticket_open": {"email": "carol@x.example", "text": "hi"},
    "feedback_give": {"message_id": "0192f0c1-2345-7abc-8def-0123456789ab", "helpful": True},
    "rating_submit": {"csat": 4},
    "locale_set": {"locale": "es"},
    "page_set": {"page": "/x"},
    "identify": {"jwt": "x" * 20},
    "transcript_send": {"email": "carol@x.example"},
    "conversation_end": {},
    "conversation_delete": {},
}
FREE_TEXT = ("text", "page")
WRONG: tuple[Any, ...] = (None, True, 0, -1, 1.5, 10**30, "", "x", "\x00", [], [[]], {}, {"a": 1})


async def test_forged_connect_changes_nobody(carol: Shopper, mallory: Shopper, amir: Agent):
    for caller in (mallory, amir):
        for payload in (
            {"token": carol.token},
            {"role": "admin"},
            [{"REMOTE_ADDR": "1.2.3.4"}, {"token": carol.token}],
            None,
        ):
            assert (await caller.asks("connect", payload))["error"]["code"] == "unknown_event"
    assert (await mallory.gets("resume", after_seq=0))["last_seq"] == 0
    assert len(mallory.heard_of("session_started")) == 1


async def test_forged_disconnect_leaves_the_caller_connected(mallory: Shopper, amir: Agent):
    for caller in (mallory, amir):
        for payload in ({}, "client disconnect", None):
            assert (await caller.asks("disconnect", payload))["error"]["code"] == "unknown_event"
    assert (await mallory.asked("where is my parcel"))["decision"] == "answer"
    await amir.gets("presence_set", presence="online")


@pytest.mark.parametrize(
    "event", ["shout", "message", "message_added", "__class__", "trigger_event", "joined", "", "é" * 99]
)
async def test_unknown_event_is_named_in_the_answer(carol: Shopper, amir: Agent, event: str):
    for caller in (carol, amir):
        error = (await caller.asks(event, {}))["error"]
        assert error["code"] == "unknown_event"
        assert event[:40] in error["message"]
        assert error["request_id"]


@pytest.mark.parametrize("event", SHOPPER_EVENTS)
async def test_wrong_payload_is_bad_input_and_stores_nothing(open_shop: Any, event: str):
    shop: Shop = await open_shop(messages_per_minute=6000)
    mallory = await Shopper(shop).comes()
    good = SHOPPER_EVENTS[event]
    wrong: list[Any] = [value for value in WRONG if value not in (None, {})] if not good else list(WRONG[1:])
    wrong += [{**good, "unknown": 1}, {**good, "__proto__": {"x": 1}}]
    for name in good:
        wrong += [{**good, name: value} for value in WRONG if not _fits(name, value)]
        if name not in ("limit", "csat"):
            wrong.append({key: value for key, value in good.items() if key != name})
    before = shop.value("SELECT count(*) FROM messages") + shop.value("SELECT count(*) FROM events")
    for number, payload in enumerate(wrong):
        if number % 30 == 29:  # a burst is 40 events
            await mallory.leave()
            mallory = await Shopper(shop).comes()
            before += 1  # its conversation_started
        answer = await mallory.asks(event, payload)
        # An entry of the right form is looked for.
        expected = "not_found" if payload == {**good, "entry": "x"} else "bad_input"
        assert answer.get("error", {}).get("code") == expected, (payload, answer)
    assert shop.value("SELECT count(*) FROM messages") + shop.value("SELECT count(*) FROM events") == before
    await mallory.leave()


def _fits(name: str, value: Any) -> bool:
    """Whether a value of WRONG would be right here."""
    if name in FREE_TEXT:
        return value in ("x", "\x00")
    if name in ("on", "helpful"):
        return isinstance(value, bool)
    number = isinstance(value, int) and not isinstance(value, bool)
    return name in ("after_seq", "before_seq") and number and value == 0


async def test_two_arguments_are_bad_input(carol: Shopper):
    payload = {"client_id": "abcdefgh", "text": "hi"}
    assert (await carol.asks("message_send", payload, payload))["error"]["code"] == "bad_input"


@pytest.mark.parametrize("event", ["handoff_accept", "message_send", "presence_set", "conversation_resolve", "resume"])
async def test_agents_wrong_payloads_are_bad_input(amir: Agent, event: str):
    for payload in ({"a": 1}, 1, "x", [1], {"conversation_id": 1}, {"presence": "asleep"}, {"handoff_id": None}):
        assert (await amir.asks(event, payload))["error"]["code"] == "bad_input", payload


@pytest.fixture
async def wire(shop: Shop) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Give a bare WebSocket that joined /shopper."""
    async with shop.http.ws_connect("/socket.io/?EIO=4&transport=websocket") as wire:
        await wire.receive(PATIENCE)
        await wire.send_str("40/shopper,{}")
        while not (await wire.receive(PATIENCE)).data.startswith("42/shopper"):
            pass
        yield wire


async def _answer(wire: aiohttp.ClientWebSocketResponse, number: int) -> Any:
    while not (text := (await wire.receive(PATIENCE)).data).startswith(f"43/shopper,{number}["):
        assert isinstance(text, str), text
    return json.loads("[" + text.partition("[")[2])[0]


@pytest.mark.parametrize("name", ["1", "null", "true", "{}", '{"a":1}', "[]", '["connect"]', "1.5"])
async def test_event_whose_name_is_no_text_is_unknown(wire: aiohttp.ClientWebSocketResponse, name: str):
    await wire.send_str(f"42/shopper,7[{name},{{}}]")
    assert (await _answer(wire, 7))["error"]["code"] == "unknown_event"


async def test_half_a_character_is_stored_as_a_replacement(wire: aiohttp.ClientWebSocketResponse, shop: Shop):
    await wire.send_str(
        '42/shopper,7["message_send",{"client_id":"abcdefgh","text":"where is my parcel \\ud83d \\u0000"}]'
    )
    assert (await _answer(wire, 7))["ok"]["seq"] == 1
    assert shop.value("SELECT text FROM messages WHERE seq = 1") == "where is my parcel \ufffd \ufffd"


async def test_half_a_character_in_an_events_name_is_unknown(wire: aiohttp.ClientWebSocketResponse):
    await wire.send_str('42/shopper,7["\\ud83d",{}]')
    assert (await _answer(wire, 7))["error"]["code"] == "unknown_event"


@pytest.mark.parametrize(
    "frame",
    [
        "42/shopper,",
        "42/shopper,[",
        "42/shopper,{}",
        "42/shopper,[]",
        '42/nowhere,["x"]',
        "40/nowhere,",
        "49",
        "4",
        "x",
        "",
        "42" + "[" * 5000,
        '42/shopper,99999999999999999999["resume",{"after_seq":0}]',
        '451-["x",{"_placeholder":true,"num":0}]',
        "43/shopper,1[]",
        "41/shopper,",
        "2probe",
        "6",
        b"\x00\x01",
        '42/shopper,7["resume",{"after_seq":1e999}]',
    ],
    ids=repr,
)
async def test_broken_frame_costs_its_sender_only(carol: Shopper, wire: aiohttp.ClientWebSocketResponse, frame: Any):
    await (wire.send_bytes(frame) if isinstance(frame, bytes) else wire.send_str(frame))
    assert (await carol.asked("where is my parcel"))["decision"] == "answer"
