"""What is too long, too fast or too much: one clear sentence, and nothing stored is lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import socketio

from tests.people import RefusedError, Shopper
from tests.shop import Shop


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u2003", "\x07\x08"])
async def test_empty_message_is_refused_with_a_sentence(carol: Shopper, shop: Shop, text: str):
    with pytest.raises(RefusedError) as refused:
        await carol.says(text)
    assert (refused.value.code, refused.value.message) == (
        "bad_input",
        "The message is empty. Please write something first.",
    )
    assert shop.value("SELECT count(*) FROM messages") == 0


async def test_longest_message_is_taken_and_one_more_character_is_not(carol: Shopper, shop: Shop):
    await carol.says("é" * 4000)
    with pytest.raises(RefusedError) as refused:
        await carol.says("é" * 4001)
    assert refused.value.code == "too_large"
    assert refused.value.params == {"limit": 4000, "length": 4001}
    assert "4000" in refused.value.message
    assert shop.value("SELECT length(text) FROM messages WHERE seq = 1") == 4000


@pytest.mark.parametrize("text", ["x" * 100_000, "x" * 102_400, "é" * 40_000], ids=["100 kB", "100 KiB", "escaped"])
async def test_100_kilobytes_are_too_large_and_the_chat_goes_on(carol: Shopper, text: str):
    with pytest.raises(RefusedError) as refused:
        await carol.says(text)
    assert refused.value.code == "too_large"
    assert (await carol.asked("where is my parcel"))["decision"] == "answer"


async def test_frame_over_the_limit_closes_the_connection_only(carol: Shopper, mallory: Shopper):
    ended = asyncio.Event()
    mallory.client.on("disconnect", lambda _reason: ended.set(), namespace="/shopper")
    await mallory.client.emit("message_send", {"client_id": "abcdefgh", "text": "x" * 2_000_000}, namespace="/shopper")
    async with asyncio.timeout(10):
        await ended.wait()
    assert (await carol.asked("where is my parcel"))["decision"] == "answer"


async def test_shop_may_set_a_shorter_limit(open_shop: Any):
    shop = await open_shop(message_length=100)
    carol = await Shopper(shop).comes()
    assert carol.settings["message_length"] == 100
    with pytest.raises(RefusedError, match="at most 100 characters, and this has 101"):
        await carol.says("x" * 101)
    await carol.leave()


@pytest.mark.parametrize("text", ["where is my parcel\x00", "\x00where is my parcel"])
async def test_nul_becomes_a_replacement_character(carol: Shopper, text: str):
    assert (await carol.asked(text))["entry"] == "shipping/track-package"
    assert (await carol.sees())[0]["text"] == text.replace("\x00", "\ufffd")


async def until_refused(shopper: Shopper) -> dict[str, Any]:
    """Write on and on; return the refusal."""
    for number in range(10):
        answer = await shopper.asks("message_send", {"client_id": f"quick-{number:03}", "text": "thanks"})
        if "error" in answer:
            return answer["error"]
    raise AssertionError("expected a refusal, got none")


async def test_too_many_messages_are_told_how_long_to_wait(carol: Shopper, mallory: Shopper, shop: Shop):
    for _ in range(10):
        await carol.says("thanks")
    error = await until_refused(carol)
    assert error["code"] == "too_fast"
    assert error["params"]["retry_after"] == 1
    assert "1 s." in error["message"]
    await mallory.says("thanks")
    stored = shop.value("SELECT count(*) FROM messages WHERE conversation_id = ?", carol.id)
    assert stored == 2 * len([m for m in await carol.sees() if m["author"] == "shopper"])


async def test_a_second_tab_brings_no_second_allowance(carol: Shopper):
    tab = await carol.another_tab()
    for _ in range(5):
        await asyncio.gather(carol.says("thanks"), tab.says("thanks"))
    assert (await until_refused(tab))["code"] == "too_fast"
    await tab.leave()


async def test_too_many_asks_of_any_kind_are_slowed(carol: Shopper):
    answers = [await carol.asks("typing_set", {"on": True}) for _ in range(60)]
    refused = [answer["error"] for answer in answers if "error" in answer]
    assert {error["code"] for error in refused} == {"too_fast"}
    assert all(error["params"]["retry_after"] >= 1 for error in refused)


async def test_too_many_connections_of_one_address_are_refused(open_shop: Any):
    shop = await open_shop(alone=True, connections_per_address=3)
    inside = [await Shopper(shop).comes() for _ in range(3)]
    late = Shopper(shop)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await late.connect({})
    assert late.refusal["data"]["code"] == "too_fast"
    assert late.refusal["data"]["params"] == {"retry_after": 60}
    assert late.refusal["message"].startswith("Too many open connections from this address.")
    await inside.pop().leave()
    async with asyncio.timeout(5):
        while len(inside) < 3:
            newcomer = Shopper(shop)
            try:
                inside.append(await newcomer.comes())
            except socketio.exceptions.ConnectionError:
                await asyncio.sleep(0.02)
    for shopper in inside:
        await shopper.leave()


async def test_refused_connection_takes_no_place(open_shop: Any):
    shop = await open_shop(connections_per_address=2)
    for _ in range(5):
        with pytest.raises(socketio.exceptions.ConnectionError):
            await Shopper(shop).connect({"token": "!"})
    carol = await Shopper(shop).comes()
    await carol.leave()


@pytest.mark.parametrize(
    "auth", ["x", [1], {"token": 1}, {"token": "x" * 300}, {"surface": "fridge"}, {"locale": "x" * 36}]
)
async def test_malformed_handshake_is_refused_with_a_sentence(shop: Shop, auth: Any):
    stranger = Shopper(shop)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await stranger.connect(auth)
    assert stranger.refusal["data"]["code"] == "bad_input"
    assert "not valid" in stranger.refusal["message"]
    assert shop.value("SELECT count(*) FROM conversations") == 0


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"])
async def test_chat_opens_only_on_the_shops_pages(open_shop: Any, origin: str):
    shop = await open_shop(shop_origins=("https://shop.example",))
    with pytest.raises(socketio.exceptions.ConnectionError):
        await Shopper(shop).connect({}, Origin=origin)
    carol = Shopper(shop)
    await carol.connect({}, Origin="https://shop.example")
    await carol.leave()
