"""The agents' side in the browser: who is faster, what stays among agents, keys, phones, passwords, figures."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from bot.demo.seed import PASSWORD
from tests.e2e import axe
from tests.e2e.chat import Chat
from tests.e2e.console import Console, at_desk, waiting
from tests.e2e.people import NO_NETWORK, NOT_SIGNED_IN, People
from tests.e2e.site import ADMIN, AGENT, ANALYST, ANSWERS, NONSENSE, QUESTIONS, EmptySite, Site
from tests.e2e.words import LANGUAGES
from tests.faults.shop import opened

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEWS = ("queue_changed", "conversation_updated")
_LAST_WEEK = """() => [6, 0].map((ago) => {
  const day = new Date();
  day.setDate(day.getDate() - ago);
  return new Intl.DateTimeFormat("sv", { dateStyle: "short" }).format(day);
})"""
"""The first and the last of seven days where the browser is, such as 2026-11-21."""
PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}


@pytest.fixture(autouse=True)
def _signed_out_is_no_complaint(people: People) -> None:
    people.expect(NOT_SIGNED_IN)


async def test_of_two_agents_who_accept_at_once_one_is_told_that_the_other_was_faster(people, site):
    words = f"{NONSENSE['en']} for two"
    await waiting(people, site, words)
    amir = await at_desk(people, site, ADMIN)
    page = await people.staff(site, AGENT)
    held = []

    def slow(browser_side):
        """Beth's line is slow: what others did comes late."""
        server_side = browser_side.connect_to_server()

        def down(frame):
            if held and any(name in str(frame) for name in NEWS):
                held.append(frame)
            else:
                browser_side.send(frame)

        server_side.on_message(down)

    await page.route_web_socket("**/socket.io/**", slow)
    beth = await Console(page, site).open()
    await beth.opens(words)
    held.append("from now on")
    await amir.accepts(words)
    await beth.accept_button.click()
    await expect(page.get_by_text(beth.words("notice_too_late"), exact=True)).to_be_visible()
    await expect(beth.conversation.get_by_text(beth.words("locked_colleague", name="Amir Haddad"))).to_be_visible()
    await expect(beth.reply).to_have_count(0)
    await amir.resolves()


@pytest.mark.full_only
async def test_two_agents_and_three_shoppers_in_three_languages(people, site):
    chats = {language: await waiting(people, site, QUESTIONS[language], language) for language in LANGUAGES}
    amir, beth = await at_desk(people, site, ADMIN), await at_desk(people, site, AGENT)
    shares = {"en": amir, "es": beth, "fr": amir}
    for language, console in shares.items():
        await console.accepts(QUESTIONS[language])
        reply = {
            "en": "I am looking into it now.",
            "es": "Lo estoy mirando ahora.",
            "fr": "Je regarde cela maintenant.",
        }
        await console.writes(reply[language], anyway=True)
        name = "Beth Moreno" if console is beth else "Amir Haddad"
        await expect(chats[language].said_by(name).filter(has_text=reply[language])).to_be_visible()
    for language, console in shares.items():
        await console.opens(QUESTIONS[language], among="mine")
        await console.resolves()
        await expect(chats[language].button("rating_5")).to_be_visible()


async def test_a_note_is_seen_by_colleagues_and_never_by_the_shopper(people, site):
    words = f"{NONSENSE['en']} with a note"
    chat = await waiting(people, site, words)
    frames: list[str] = []
    chat.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    await chat.page.reload()
    await chat.online()
    amir, beth = await at_desk(people, site, ADMIN), await at_desk(people, site, AGENT)
    await amir.accepts(words)
    await beth.opens(words, among="all")
    await amir.notes("This one is a regular customer.")
    await expect(beth.log.get_by_text("This one is a regular customer.", exact=True)).to_be_visible()
    await amir.conversation.get_by_role("button", name=amir.words("tab_reply"), exact=True).click()
    await amir.writes("Hello again.")
    await expect(chat.said_by("Amir Haddad")).to_have_count(1)
    await expect(chat.panel.get_by_text("regular customer")).to_have_count(0)
    await amir.resolves()
    await expect(chat.button("rating_5")).to_be_visible()
    assert frames
    assert not [frame for frame in frames if "regular customer" in frame]


async def test_a_suggested_answer_is_inserted_by_its_key_and_edited(people, site):
    chat = await waiting(people, site, "Where is my parcel? It is urgent.")
    console = await at_desk(people, site, AGENT)
    await console.accepts("Where is my parcel? It is urgent.")
    suggestion = console.brief.get_by_role("button", name=re.compile(re.escape(QUESTIONS["en"])))
    await expect(suggestion).to_be_enabled()
    await console.page.keyboard.press("Escape")  # out of the field: letters are keys
    await console.page.keyboard.press("1")
    await expect(console.reply).to_have_value(re.compile(re.escape(ANSWERS["en"])))
    await expect(console.reply).to_be_focused()
    await console.page.keyboard.type(" I checked it for you.")
    await console.page.keyboard.press("Control+Enter")
    await expect(chat.said_by("Beth Moreno").filter(has_text="I checked it for you.")).to_be_visible()
    await console.resolves()


async def test_a_shift_by_keyboard_alone(people, site):
    words = f"{NONSENSE['en']} by keyboard"
    chat = await waiting(people, site, words)
    console = await at_desk(people, site, AGENT)
    rows = await console.shows_list("waiting")
    await expect(rows.get_by_role("button", name=console.shopper(words))).to_be_visible()
    keys = console.page.keyboard
    await keys.press("j")
    await expect(console.log.get_by_text(words, exact=True).first).to_be_visible()
    await keys.press("a")
    await expect(console.reply).to_be_focused()
    await keys.type("Good morning, I am here.")
    await keys.press("Control+Enter")
    await expect(chat.said_by("Beth Moreno")).to_have_count(1)
    await keys.press("Escape")
    await keys.press("n")
    await expect(console.note).to_be_focused()
    await keys.press("Escape")
    await keys.press("Control+k")
    await expect(console.page.get_by_role("combobox", name=console.words("menu_search"), exact=True)).to_be_focused()
    await keys.type("resolve")
    await keys.press("Enter")
    dialog = console.page.get_by_role("dialog", name=console.words("resolve_title"), exact=True)
    await expect(dialog.get_by_role("radio").first).to_be_focused()
    await keys.press("Control+Enter")
    await expect(dialog).to_have_count(0)
    await expect(chat.button("rating_5")).to_be_visible()


async def test_a_reply_in_another_language_is_asked_about_first(people, site):
    chat = await waiting(people, site, "mi pedido no llega y es urgente", "es")
    console = await at_desk(people, site, AGENT)
    await console.accepts("mi pedido no llega y es urgente")
    await console.reply.fill("Good morning, I am looking for your parcel right now, please wait a moment.")
    await console.reply.press("Control+Enter")
    await expect(console.button("send_anyway")).to_be_visible()
    await expect(chat.said_by("Beth Moreno")).to_have_count(0)
    await console.button("keep_editing").click()
    await console.writes("Buenos días, ahora mismo busco su paquete, espere un momento por favor.")
    await expect(chat.said_by("Beth Moreno")).to_have_count(1)
    await console.resolves()


async def test_an_agent_watches_a_bot_chat_steps_in_and_gives_it_back(people, site):
    page = await people.page()
    await page.goto(site.url)
    chat = await Chat(page).open()
    await chat.asks("where is my order", ANSWERS["en"])
    console = await at_desk(people, site, AGENT)
    await console.opens("where is my order", among="bot")
    await console.conversation.get_by_role("button", name=console.words("take"), exact=True).click()
    await console.writes("May I help?")
    await expect(chat.said_by("Beth Moreno")).to_have_count(1)
    await console.conversation.get_by_role("button", name=console.words("return"), exact=True).click()
    await expect(chat.text("status_bot")).to_be_visible()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])


async def test_both_sides_see_who_is_typing(people, site):
    words = f"{NONSENSE['en']} typed"
    chat = await waiting(people, site, words)
    console = await at_desk(people, site, AGENT)
    await console.accepts(words)
    await console.reply.press_sequentially("Hm")
    await expect(chat.panel.get_by_text(chat.words("agent_types", name="Beth Moreno"))).to_be_attached()
    await chat.composer.press_sequentially("So")
    await expect(console.page.get_by_text(console.words("shopper_types"))).to_be_visible()
    await console.reply.fill("")
    await console.resolves()


@pytest.mark.parametrize("width", [390, 800, 1024, 1280, 1920])
async def test_the_head_names_the_shopper(people, site, width):
    words = f"{NONSENSE['en']} at {width}"
    await waiting(people, site, words)
    console = await at_desk(people, site, AGENT, viewport={"width": width, "height": 800})
    await console.accepts(words)
    heading = console.conversation.get_by_role("heading", level=2)
    shown = await heading.evaluate("heading => [heading.clientWidth, heading.scrollWidth, document.body.scrollWidth]")
    await console.resolves()
    assert shown[0] >= 0.7 * shown[1], f"{shown[0]} of {shown[1]} pixels of the name are shown"
    assert shown[2] <= width


async def test_a_phone_shows_one_pane_at_a_time(people, site):
    words = f"{NONSENSE['en']} on a phone"
    chat = await waiting(people, site, words)
    console = Console(await people.staff(site, AGENT, **PHONE), site)
    await console.page.goto(f"{site.url}/agent")
    rows = await console.shows_list("waiting")
    await rows.get_by_role("button", name=console.shopper(words)).tap()
    await expect(console.log).to_be_visible()
    await expect(rows).to_be_hidden()
    await expect(console.brief).to_be_hidden()
    await console.accept_button.tap()
    await console.writes("I write from my phone.")
    await expect(chat.said_by("Beth Moreno")).to_have_count(1)
    await console.button("brief").tap()
    await expect(console.brief).to_be_visible()
    await console.brief.get_by_role("button", name=console.words("close"), exact=True).tap()
    await expect(console.brief).to_be_hidden()
    assert await console.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await console.resolves()
    await console.button("back_to_list").tap()
    await expect(console.log).to_be_hidden()


async def test_a_wrong_password_is_said_in_one_sentence(people, site):
    console = Console(await people.page(), site)
    await console.page.goto(f"{site.url}/agent")
    await console.button("sign_in").click()
    await expect(console.page.get_by_role("alert")).to_have_text(console.words("sign_in_incomplete"))
    await console.sign_in(AGENT, "not the password")
    await expect(console.page.get_by_role("alert")).to_have_text(console.words("sign_in_wrong"))
    await console.sign_in("nobody@caravan.example", "not the password")
    await expect(console.page.get_by_role("alert")).to_have_text(console.words("sign_in_wrong"))
    await expect(console.page.get_by_label(console.words("password"), exact=True)).to_be_focused()
    await console.sign_in(AGENT)
    await console.ready()
    await console.page.reload()
    await console.ready()


async def test_an_ended_session_asks_to_sign_in_again_and_keeps_the_draft(people, site):
    words = f"{NONSENSE['en']} until the session ends"
    chat = await waiting(people, site, words)
    people.expect(NO_NETWORK)
    context = await people.context()
    console = Console(await context.new_page(), site)
    await console.page.goto(f"{site.url}/agent")
    await console.sign_in(AGENT)
    await console.ready()
    await console.accepts(words)
    await console.reply.fill("A long answer that took")
    site.end_sessions(AGENT)
    await console.page.reload()
    await expect(console.page.get_by_role("heading", name=console.words("sign_in_title"))).to_be_visible()
    await console.sign_in(AGENT)
    await console.ready()
    await expect(console.reply).to_have_value("A long answer that took")
    await console.writes("A long answer that took a while.")
    await expect(chat.said_by("Beth Moreno")).to_have_count(1)
    await console.resolves()


async def test_a_session_that_ends_while_the_console_is_open_is_said(people, site):
    context = await people.context()
    console = Console(await context.new_page(), site)
    await console.page.goto(f"{site.url}/agent")
    await console.sign_in(AGENT)
    await console.ready()
    site.end_sessions(AGENT)
    people.expect(NO_NETWORK)
    await console.page.context.set_offline(True)  # whatever asks next: here the line that comes back
    await console.page.context.set_offline(False)
    await expect(console.page.get_by_text(console.words("sign_in_expired"))).to_be_visible(timeout=40_000)


async def test_the_console_speaks_three_languages(people, site):
    console = await at_desk(people, site, AGENT)
    for language in ("es", "fr", "en"):
        await console.page.keyboard.press("Control+k")
        await expect(console.page.get_by_role("combobox")).to_be_focused()
        await console.page.keyboard.type({"en": "English", "es": "Español", "fr": "Français"}[language])
        await console.page.keyboard.press("Enter")
        console = Console(console.page, site, language)
        await expect(console.page.get_by_role("region", name=console.words("conversation"), exact=True)).to_be_visible()
        await expect(console.page.locator("html")).to_have_attribute("lang", language)


async def test_an_analyst_is_sent_to_the_dashboard(people, site):
    page = await people.staff(site, ANALYST)
    console = Console(page, site)
    await page.goto(f"{site.url}/agent")
    await page.get_by_role("link", name=console.words("dashboard"), exact=True).click()
    await expect(page.get_by_role("heading", level=1, name=console.words("dashboard"))).to_be_visible()


async def test_the_setup_page_makes_the_first_admin(people, kb, tmp_path):
    with opened(EmptySite(tmp_path / "empty", kb)) as site:
        people.expect("status of 403", "status of 400")
        page = await people.page()
        console = Console(page, site)
        await page.goto(f"{site.url}/setup")
        await expect(page.get_by_role("alert")).to_have_text(console.words("setup_no_token"))
        await page.goto("about:blank")
        link = site.setup_link()
        await page.goto(link)
        await page.get_by_label(console.words("setup_name"), exact=True).fill("Ada")
        await page.get_by_label(console.words("email"), exact=True).fill("ada@shop.example")
        await page.get_by_label(console.words("password"), exact=True).fill("short")
        await console.button("setup_submit").click()
        await expect(page.get_by_role("alert")).to_have_text(console.words("setup_short", length=5))
        await page.get_by_label(console.words("password"), exact=True).fill(PASSWORD)
        await console.button("setup_submit").click()
        await console.ready()
        assert site.rows("select name, role from agents") == [("Ada", "admin")]
        again = Console(await people.page(), site)
        await again.page.goto(link)
        await again.page.get_by_label(console.words("setup_name"), exact=True).fill("Mallory")
        await again.page.get_by_label(console.words("email"), exact=True).fill("mallory@shop.example")
        await again.page.get_by_label(console.words("password"), exact=True).fill(PASSWORD)
        await again.button("setup_submit").click()
        await expect(again.page.get_by_role("alert")).to_have_text(console.words("setup_used"))
        assert len(site.rows("select 1 from agents")) == 1


async def test_a_reply_written_while_the_agent_is_offline_goes_out_once(people, site):
    people.expect(NO_NETWORK)
    words = f"{NONSENSE['en']} on a train"
    chat = await waiting(people, site, words)
    console = await at_desk(people, site, AGENT)
    await console.accepts(words)
    await console.page.context.set_offline(True)
    await expect(console.page.get_by_text(console.words("offline"))).to_be_visible()
    await console.reply.fill("Written in a tunnel.")
    await console.reply.press("Control+Enter")
    await expect(console.log.get_by_text("Written in a tunnel.", exact=True)).to_have_count(1)
    await console.page.context.set_offline(False)
    await expect(chat.said_by("Beth Moreno").filter(has_text="Written in a tunnel.")).to_have_count(1, timeout=40_000)
    await expect(console.log.get_by_text("Written in a tunnel.", exact=True)).to_have_count(1)
    await console.resolves()


async def test_two_agents_in_one_conversation_see_each_other_look_and_write(people, site):
    words = f"{NONSENSE['en']} for four eyes"
    chat = await waiting(people, site, words)
    amir, beth = await at_desk(people, site, ADMIN), await at_desk(people, site, AGENT)
    await amir.accepts(words)
    await beth.opens(words, among="all")
    viewers = amir.conversation.get_by_role("list", name=amir.words("viewers"), exact=True)
    await expect(viewers.get_by_text(amir.words("views", name="Beth Moreno"))).to_be_attached()
    await expect(
        beth.conversation.get_by_role("list", name=beth.words("viewers"), exact=True).get_by_text(
            beth.words("views", name="Amir Haddad")
        )
    ).to_be_attached()
    await beth.conversation.get_by_role("button", name=beth.words("tab_note"), exact=True).click()
    await beth.note.press_sequentially("Hm")
    await expect(viewers.get_by_text(amir.words("agent_types", name="Beth Moreno"))).to_be_attached()
    await expect(chat.panel.get_by_text(chat.words("agent_types", name="Beth Moreno"))).to_have_count(0)
    await beth.page.context.close()
    await expect(viewers).to_have_count(0)
    await amir.resolves()


async def test_a_spammer_is_blocked_and_that_can_be_taken_back(people, site):
    words = "buy cheap watches now at my wonderful shop"
    chat = await waiting(people, site, words)
    console = await at_desk(people, site, AGENT)
    await console.accepts(words)
    await console.brief.get_by_role("button", name=console.words("block"), exact=True).click()
    await expect(console.brief.get_by_text(console.words("blocked"), exact=True)).to_be_visible()
    assert site.rows("select disposition from conversations where id = ?", id_of(site, words)) == [("spam",)]
    await console.page.get_by_role("status").get_by_role("button", name=console.words("undo"), exact=True).click()
    await expect(console.brief.get_by_text(console.words("blocked"), exact=True)).to_have_count(0)
    await chat.says("where is my parcel")
    await expect(chat.said_by("bot").filter(has_text=ANSWERS["en"])).to_have_count(1)


async def test_a_conversation_is_found_by_its_words_and_read(people, site):
    page = await people.page()
    await page.goto(site.url)
    await (await Chat(page).open()).says("where is my order, the one with the unicorn lamp")
    console = await at_desk(people, site, AGENT)
    await console.page.keyboard.press("s")
    await console.page.keyboard.type("UNICÓRN")
    found = console.page.get_by_role("region", name=console.words("search_title"), exact=True).get_by_role("listitem")
    await expect(found).to_have_count(1)
    await expect(found.locator("mark")).to_have_text("unicorn")
    await axe.still(console.page)
    axe.check(await axe.faults(console.page))
    await console.page.keyboard.press("Escape")
    await console.page.keyboard.type("zzqqxx")
    await expect(console.page.get_by_text(console.words("search_none", words="zzqqxx"), exact=True)).to_be_visible()


async def test_what_could_not_be_sent_is_still_there_after_a_reload(people, site):
    people.expect(NO_NETWORK)
    words = f"{NONSENSE['en']} in the lift"
    chat = await waiting(people, site, words)
    console = await at_desk(people, site, AGENT)
    await console.accepts(words)
    await console.page.context.set_offline(True)
    await expect(console.page.get_by_text(console.words("offline"))).to_be_visible()
    await console.reply.fill("Written between two floors.")
    await console.reply.press("Control+Enter")
    await expect(console.log.get_by_text("Written between two floors.", exact=True)).to_have_count(1)
    kept = await console.page.evaluate("JSON.stringify({...sessionStorage})")
    assert "Written between two floors." in kept
    await console.page.context.set_offline(False)
    await console.page.reload()
    await expect(chat.said_by("Beth Moreno").filter(has_text="Written between two floors.")).to_have_count(1)
    await expect(console.log.get_by_text("Written between two floors.", exact=True)).to_have_count(1)
    await console.resolves()


def id_of(site: Site, words: str) -> str:
    return str(site.rows("select conversation_id from messages where text = ?", words)[0][0])
