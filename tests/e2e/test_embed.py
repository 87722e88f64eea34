"""The chat on other people's pages: strict policies, hostile style sheets, other origins."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e import axe
from tests.e2e.chat import Chat
from tests.e2e.hosts import PAIRWISE, POLICIES, RESETS
from tests.e2e.people import NO_NETWORK
from tests.e2e.site import ANSWERS, MEANT_ANSWERS, QUESTIONS, UNCLEAR

pytestmark = pytest.mark.asyncio(loop_scope="session")

_HOST = """() => [...document.querySelectorAll("html, head, body, main, main *")].map((element) => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  return [element.localName, box.x, box.y, box.width, box.height, element.attributes.length,
          ...["color", "font", "background", "display", "margin", "padding", "overflow"].map((name) => style[name]),
         ].join("|");
})"""
_LOOKS = """(element) => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect(), said = {};
  for (const name of ["color", "backgroundColor", "fontSize", "fontFamily", "fontStyle", "fontWeight", "lineHeight",
    "letterSpacing", "wordSpacing", "textTransform", "textAlign", "textIndent", "textShadow", "direction", "whiteSpace",
    "cursor", "opacity", "visibility", "display", "position", "padding", "margin", "borderRadius", "userSelect",
    "pointerEvents"]) said[name] = style[name];
  return { ...said, box: [box.x, box.y, box.width, box.height].map(Math.round) };
}"""


@pytest.fixture(params=POLICIES, ids=str)
def policy(request, full):
    """Give every policy in the full form, and enough to see each pair in the short one."""
    if not full and request.param not in PAIRWISE:
        pytest.skip("in the full form")
    return request.param


async def test_nothing_is_blocked_by_a_strict_policy(people, site, host_pages, policy):
    page = await people.page()
    await page.goto(host_pages.strict(site, policy))
    assert await page.evaluate("crossOriginIsolated") is policy.isolated
    chat = await Chat(page).open()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await chat.button("helpful").click()
    await chat.says(UNCLEAR["en"])
    await chat.panel.get_by_role("group", name=chat.words("choices"), exact=True).get_by_role("button").first.click()
    await expect(chat.said_by("bot").filter(has_text=MEANT_ANSWERS["en"])).to_be_visible()
    await chat.pick_language("es")
    await chat.button("menu").click()
    async with page.expect_download() as saving:
        await chat.button("save_page").click()
    assert await (await saving.value).failure() is None
    await chat.asks_for_a_person()
    await chat.button("queue_cancel").click()
    await expect(chat.text("status_bot")).to_be_visible()
    await chat.button("menu").click()
    await chat.button("end").click()
    await expect(chat.text("status_ended")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(chat.panel).to_be_hidden()


async def looks(page: Page, chat: Chat) -> dict[str, Any]:
    """Return how parts of the chat look and where they are."""
    parts = {
        "panel": chat.panel,
        "composer": chat.composer,
        "heading": chat.panel.get_by_role("heading", level=2),
        "question": chat.shown(QUESTIONS["en"]).first,
        "answer": chat.said_by("bot").get_by_text(ANSWERS["en"]).first,
        "menu": chat.button("menu"),
        "thumb": chat.button("helpful"),
    }
    return {name: await part.evaluate(_LOOKS) for name, part in parts.items()}


async def test_style_sheets_of_the_host_change_nothing(people, site, host_pages):
    seen = {}
    for reset in RESETS:
        page = await people.page()
        await page.goto(host_pages.plain(site, reset=reset))
        chat = Chat(page)
        await expect(chat.launcher).to_be_visible()
        closed = await chat.launcher.evaluate(_LOOKS)
        await chat.open()
        await chat.asks(QUESTIONS["en"], ANSWERS["en"])
        await expect(chat.button("helpful")).to_be_visible()
        await axe.still(page)
        seen[reset] = {"launcher": closed, **await looks(page, chat)}
        for frame in ("launcher", "panel"):
            seen[reset][frame].pop("direction")  # what is in them has its own
    for reset in RESETS:
        for part, plain in seen["plain"].items():
            changed = {name: (value, seen[reset][part][name]) for name, value in plain.items()}
            assert not {name: both for name, both in changed.items() if both[0] != both[1]}, (reset, part)


@pytest.mark.parametrize("reset", ["plain", "bootstrap"])
async def test_the_host_is_not_changed(people, site, host_pages, reset):
    page = await people.page()
    await page.route("**/embed.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    await page.goto(host_pages.plain(site, reset=reset))
    before, names = await page.evaluate(_HOST), await page.evaluate("Object.getOwnPropertyNames(window)")
    await page.unroute("**/embed.js")
    await page.reload()
    chat = await Chat(page).open()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    assert await page.evaluate(_HOST) == before
    added = set(await page.evaluate("Object.getOwnPropertyNames(window)")) - set(names)
    assert added <= {"parley"}, added
    assert await page.evaluate("[...document.body.children].map((child) => child.localName)") == [
        "main",
        "script",
        "parley-chat",
    ]
    await page.get_by_role("button", name="Buy").click()
    await page.get_by_role("textbox", name="Search").fill("kettle")
    assert await page.evaluate("document.querySelectorAll('style, link[rel=stylesheet]').length") == (
        0 if reset == "plain" else 1
    )
    assert await page.evaluate("document.adoptedStyleSheets.length") == 0


async def test_attributes_and_commands_do_what_the_readme_says(people, site, host_pages):
    page = await people.page()
    await page.add_init_script(
        """window.parley = [["on", "message", ({ detail }) => (window.heard ??= []).push(detail.author)],
                            ["on", "open", () => window.wasOpened = true]];"""
    )
    address = host_pages.plain(
        site, name="Kettle & Co", position="left", launcher="Help", locale="es", greeting="¡Hola!"
    )
    await page.goto(address)
    launcher = page.locator("parley-chat").get_by_role("button", name="Help")
    await expect(launcher).to_have_text("Help")
    box = await launcher.bounding_box()
    assert box["x"] < 200, box
    await page.evaluate("parley.open()")
    chat = Chat(page, "es")
    await expect(chat.panel.get_by_role("heading", name="Kettle & Co")).to_be_visible()
    await expect(chat.panel.get_by_text("¡Hola!", exact=True)).to_be_visible()
    await chat.online()
    await page.evaluate("parley.push(['send', 'mi pedido no llega'])")
    await expect(chat.said_by("bot").filter(has_text=ANSWERS["es"])).to_be_visible()
    assert await page.evaluate("[window.wasOpened, window.heard]") == [True, ["shopper", "bot"]]
    await page.evaluate("parley.prefill('borrador')")
    await expect(chat.composer).to_have_value("borrador")
    await page.evaluate("parley.close()")
    await expect(chat.panel).to_be_hidden()
    await page.evaluate("parley.hide()")
    await expect(launcher).to_be_hidden()
    await page.evaluate("parley.show()")
    await expect(launcher).to_be_visible()


async def test_an_origin_that_is_not_allowed_cannot_connect(people, site, host_pages):
    people.expect(NO_NETWORK, "status of 403", "status of 400")
    page = await people.page()
    before = site.rows("select count(*) from conversations")
    heard: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    # The same server under its other name is another origin.
    await page.goto(host_pages.plain(site).replace("127.0.0.1", "localhost", 1))
    chat = Chat(page)
    await chat.launcher.click()
    await expect(chat.composer).to_be_visible()
    await chat.writes("let me in")
    await expect(chat.panel.get_by_text(chat.words("not_sent"))).to_be_visible()
    assert not [frame for frame in heard if "session_started" in frame]
    assert site.rows("select count(*) from conversations") == before


async def test_the_chat_works_in_a_frame_and_as_a_page(people, site):
    page = await people.page()
    await page.goto(f"{site.url}/chat")
    chat = Chat(page)
    await expect(chat.composer).to_be_visible()
    await chat.online()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await expect(chat.launcher).to_be_hidden()
    await expect(chat.button("close_chat")).to_have_count(0)


async def test_a_second_copy_of_the_script_does_nothing(people, site, host_pages):
    page = await people.page()
    await page.goto(host_pages.plain(site))
    await expect(Chat(page).launcher).to_be_visible()
    await page.add_script_tag(url=f"{site.url}/embed.js")
    await expect(page.locator("parley-chat")).to_have_count(1)
    await Chat(page).open()
