"""Words that people write never reach the log, whatever goes wrong; the ids with which to find the cause do."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.faults.ground import Ground, on_both_in_full
from tests.faults.hostile import send_raw
from tests.faults.shop import Shop
from tests.faults.wire import AGENT, Wire

CANARY = "xyzzy"
pytestmark = pytest.mark.timeout(120)


TEXT = f"my name is {CANARY} and my card is 4111 1111 1111 1111"
SHOPPER_SAYS: tuple[tuple[str, Any], ...] = (
    ("message_send", {"client_id": "canary-0001", "text": TEXT}),
    ("message_send", {"client_id": "canary-0002", "text": [TEXT]}),
    ("message_send", {"client_id": CANARY * 20, "text": TEXT}),
    ("message_send", TEXT),
    ("feedback_give", {"message_id": CANARY, "helpful": CANARY}),
    ("rating_submit", {"csat": 5, "comment": TEXT}),
    ("ticket_open", {"email": f"{CANARY}@shop.example", "text": TEXT}),
    ("locale_set", {"locale": CANARY}),
    ("page_set", {"page": f"https://shop.example/{CANARY}?q={CANARY}"}),
    ("identify", {"jwt": CANARY * 10}),
    (CANARY, {"text": TEXT}),
    ("message_send", {"client_id": "canary-0001", "text": TEXT}),
)
AGENT_SAYS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("conversation_take", {}),
    ("message_send", {"client_id": "canary-0009", "text": TEXT}),
    ("note_add", {"text": TEXT}),
    ("suggestion_list", {"text": TEXT}),
    ("conversation_resolve", {"disposition": CANARY}),
)
FRAMES = (f'42/shopper,["message_send",{{"text":"{CANARY}', f"4{CANARY}", CANARY, f'451-["{CANARY}"]')
_SIGN_IN = f'{{"email":"a@b.example","password":"{CANARY}"}}'
_JSON = "POST /api/session HTTP/1.1\r\nHost: x\r\nX-CSRF: 1\r\nContent-Type: application/json\r\n"
_UPGRADE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
)
REQUESTS = (
    f"GET /help/en?q={CANARY} HTTP/1.1\r\nHost: x\r\nUser-Agent: {CANARY}\r\n\r\n",
    f"GET /{CANARY} HTTP/1.1\r\nHost: x\r\nCookie: parley_session={CANARY}\r\n\r\n",
    f"GET / HTTP/9.9\r\n{CANARY}\r\n\r\n",
    f"{_JSON}Content-Length: {len(_SIGN_IN)}\r\n\r\n{_SIGN_IN}",
    f"{_UPGRADE}Sec-WebSocket-Version: {CANARY}\r\nSec-WebSocket-Key: {CANARY}\r\n\r\n",
)


async def spoken(shop: Shop) -> dict[str, str]:
    """Put the canary into everything that can be sent; return the conversation, and the request that failed."""
    shop.sign_in()
    told: dict[str, str] = {}

    def hear(event: str, data: Any) -> None:
        if event == "session_started":
            told["conversation_id"] = data["conversation"]["id"]

    async with aiohttp.ClientSession() as session:
        wire = await Wire(heard=hear).open(session, shop.url, {"page": f"/p/{CANARY}", "time_zone": CANARY})
        for event, payload in SHOPPER_SAYS:
            answer = await wire.send(event, payload)
            if answer.get("error", {}).get("code") == "internal":
                told["request_id"] = answer["error"]["request_id"]
        agent = await Wire(AGENT).open(session, shop.url, {}, origin=shop.url, cookie=shop.cookie)
        for event, payload in AGENT_SAYS:
            await agent.send(event, {"conversation_id": told["conversation_id"], **payload})
        for frame in FRAMES:
            one = await Wire().open(session, shop.url)
            await one.socket.send_str(frame)
            await one.close()
        for request in REQUESTS:
            await send_raw(shop, request.encode())
        await wire.close()
        await agent.close()
    return told


def lines(shop: Shop) -> list[dict[str, Any]]:
    return [json.loads(line) for line in shop.whole_log().splitlines() if line.startswith("{")]


def leaked(shop: Shop) -> list[str]:
    return [line[:300] for line in shop.whole_log().splitlines() if CANARY in line or "4111 1111" in line]


@on_both_in_full
async def test_no_word_is_logged_and_the_ids_are(ground: Ground) -> None:
    """The planted fault makes the database refuse a row: its error holds the row's values, if it may."""
    with ground.shop("collides", log_level="debug") as shop:
        told = await spoken(shop)
        assert leaked(shop) == []
        (failed,) = [line for line in lines(shop) if line["event"] == "request_failed"]
        assert failed["request_id"] == told["request_id"]
        assert failed["conversation_id"] == told["conversation_id"]
        assert "IntegrityError" in failed["traceback"]
        assert len({line["request_id"] for line in lines(shop) if "request_id" in line}) >= 8


@pytest.mark.full_only
@on_both_in_full
async def test_a_log_that_tells_words_is_caught(ground: Ground) -> None:
    with ground.shop("talkative", "collides") as shop:
        await spoken(shop)
        assert leaked(shop)
