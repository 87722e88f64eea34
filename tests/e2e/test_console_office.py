"""What a shop sets up in the console, and the tickets that its people answer there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import socketio
from playwright.async_api import Locator, expect

from tests.e2e import axe
from tests.e2e.console import Console, at_desk
from tests.e2e.people import NOT_SIGNED_IN, People
from tests.e2e.site import ADMIN, AGENT, Site
from tests.faults.shop import opened
from tests.mail_server import MailServer, mail_server_running

pytestmark = pytest.mark.asyncio(loop_scope="session")

MAILBOX = "help@caravan.example"
REFUSED = "status of (400|409)"
PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    with mail_server_running() as server:
        yield server


@pytest.fixture(scope="module")
def site(kb, mail_server: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a shop that sends mail."""
    mail = {"mail_url": mail_server.url, "mail_from": "Caravan <no-reply@caravan.example>", "mail_reply_to": MAILBOX}
    with opened(Site(tmp_path_factory.mktemp("site"), kb, **mail)) as site:
        yield site


@pytest.fixture(autouse=True)
def _signed_out_is_no_complaint(people: People) -> None:
    people.expect(NOT_SIGNED_IN)


async def settings(console: Console, section: str) -> Locator:
    """Open a section of the shop's settings and return its form."""
    await console.page.goto(f"{console.site.url}/agent#/settings/{section}")
    form = console.page.locator("form.setup")
    await expect(form).to_be_visible()
    return form


async def saved(console: Console) -> None:
    await console.button("save").click()
    await expect(console.page.get_by_text(console.words("saved"), exact=True)).to_be_visible()


async def leaves_a_message(site: Site, text: str, email: str = "carol@example.com", locale: str = "en") -> str:
    """Leave a message as a shopper and return its number."""
    shopper = socketio.AsyncClient(reconnection=False)
    namespace = "/shopper"
    await shopper.connect(site.url, auth={"locale": locale}, transports=["websocket"], namespaces=[namespace])
    answer = await shopper.call("ticket_open", {"email": email, "text": text}, namespace=namespace)
    await shopper.disconnect()
    return str(answer["ok"]["number"])


async def test_a_canned_reply_that_a_supervisor_writes_is_there_for_agents_at_once(people, site):
    amir, beth = await at_desk(people, site, ADMIN), await at_desk(people, site, AGENT)
    await settings(amir, "canned_replies")
    await amir.button("canned_add").click()
    await amir.page.get_by_label(amir.words("canned_shortcut"), exact=True).fill("hola")
    text = amir.page.get_by_label("Spanish", exact=True)
    await text.fill("Hola, soy ")
    variables = amir.page.get_by_role("group", name=amir.words("variables", language="Spanish"), exact=True)
    await variables.get_by_role("button", name="{agent}").click()
    await expect(text).to_have_value("Hola, soy {agent}")
    await saved(amir)
    assert site.rows("select shortcut, language, text from canned_replies") == [("hola", "es", "Hola, soy {agent}")]
    replies = await beth.page.evaluate("fetch('/api/configuration').then((answer) => answer.json())")
    assert [reply["shortcut"] for reply in replies["canned_replies"]] == ["hola"]


async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(people, site):
    people.expect(REFUSED)
    amir = await at_desk(people, site, ADMIN)
    form = await settings(amir, "canned_replies")
    await amir.button("canned_add").click()
    cards = form.get_by_role("group").filter(has=amir.page.get_by_label(amir.words("canned_shortcut"), exact=True))
    card = cards.last
    shortcut = card.get_by_label(amir.words("canned_shortcut"), exact=True)
    await shortcut.fill("no spaces")
    await card.get_by_label("English", exact=True).fill("Dear {customer}")
    await amir.button("save").click()
    await expect(form.get_by_role("alert")).to_contain_text(amir.words("faulty", count=2))
    await expect(shortcut).to_have_attribute("aria-invalid", "true")
    await expect(shortcut).to_be_focused()
    await expect(card.get_by_label("English", exact=True)).to_have_attribute("aria-invalid", "true")
    await expect(card.get_by_text("{customer}", exact=False).last).to_be_visible()
    await axe.still(amir.page)
    axe.check(await axe.faults(amir.page))
    await amir.page.reload()
    await expect(shortcut).to_have_value("no spaces")  # not saved, and not lost
    await shortcut.fill("dear")
    await card.get_by_label("English", exact=True).fill("Dear shopper")
    await saved(amir)


async def test_two_who_save_at_once_are_told_and_lose_nothing(people, site):
    people.expect(REFUSED)
    first, second = await at_desk(people, site, ADMIN), await at_desk(people, site, ADMIN)
    for console in (first, second):
        await settings(console, "hours")
        await console.page.get_by_label(console.words("hours_always"), exact=True).uncheck()
        await expect(console.page.get_by_label(console.words("time_zone"), exact=True)).to_be_visible()
    await second.page.get_by_label(second.words("time_zone"), exact=True).fill("Europe/Paris")
    await first.page.get_by_label(first.words("time_zone"), exact=True).fill("Europe/Madrid")
    sunday = first.page.get_by_role("group", name="Sunday", exact=True)
    await sunday.get_by_role("button", name=first.words("span_add", day="Sunday"), exact=True).click()
    await sunday.get_by_label(first.words("closes", day="Sunday"), exact=True).fill("00:00")
    await saved(first)
    await second.button("save").click()
    await expect(second.page.get_by_role("main").get_by_role("alert")).to_contain_text(second.words("stale"))
    await expect(second.page.get_by_label(second.words("time_zone"), exact=True)).to_have_value("Europe/Paris")
    hours = "fetch('/api/configuration').then((answer) => answer.json()).then(({ hours }) => hours)"
    kept = await first.page.evaluate(hours)
    assert (kept["time_zone"], kept["week"]["sun"]) == ("Europe/Madrid", [["09:00", "24:00"]])
    await second.button("stale_mine").click()
    await expect(second.page.get_by_text(second.words("saved"), exact=True)).to_be_visible()
    assert (await first.page.evaluate(hours))["time_zone"] == "Europe/Paris"


async def test_a_change_elsewhere_is_no_conflict(people, site):
    people.expect(REFUSED)
    first, second = await at_desk(people, site, ADMIN), await at_desk(people, site, ADMIN)
    await settings(second, "people")
    beth = second.page.get_by_role("group", name="Beth Moreno", exact=True)
    await beth.get_by_label(second.words("capacity"), exact=True).fill("3")
    await settings(first, "teams")
    await first.button("team_add").click()
    await first.page.get_by_label(first.words("team_name"), exact=True).last.fill("Deliveries")
    topics = first.page.get_by_role("group", name=first.words("team_topics"), exact=True)
    await topics.last.get_by_role("checkbox", name="Shipping", exact=True).check()
    await saved(first)
    await saved(second)
    assert site.rows("select capacity from agents where email = ?", AGENT) == [(3,)]
    assert site.rows("select name from teams") == [("Deliveries",)]


async def test_an_agent_has_no_settings_of_the_shop(people, site):
    beth = await at_desk(people, site, AGENT)
    await expect(beth.page.get_by_role("link", name=beth.words("shop_settings"), exact=True)).to_have_count(0)
    await beth.page.goto(f"{site.url}/agent#/settings/people")
    await expect(beth.page.get_by_text(beth.words("error_forbidden"), exact=True)).to_be_visible()


@pytest.mark.parametrize("section", ["teams", "people", "hours", "canned_replies"])
async def test_the_settings_are_clean_on_a_desk_and_on_a_phone(people, site, section):
    wrong = []
    for options in ({}, {**PHONE, "color_scheme": "dark"}):
        amir = Console(await people.staff(site, ADMIN, **options), site)
        await settings(amir, section)
        await axe.still(amir.page)
        wrong += await axe.faults(amir.page)
        wide = await amir.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong += [f"scrolls sideways by {wide}"] * (wide > 0)
    axe.check(wrong)


async def test_a_ticket_is_answered_by_mail_closed_and_opened_again(people, site, mail_server):
    number = await leaves_a_message(site, "Where is my parcel? It is late.")
    beth = await at_desk(people, site, AGENT)
    rows = await beth.shows_list("tickets")
    await rows.get_by_role("link", name=re.compile(number)).click()
    ticket = beth.page.get_by_role("region", name=beth.words("ticket"), exact=True)
    await expect(ticket.get_by_role("heading", name=number)).to_be_visible()
    await expect(ticket.get_by_text(beth.words("ticket_reply_to", email=MAILBOX))).to_be_visible()
    await axe.still(beth.page)
    axe.check(await axe.faults(beth.page))
    answer = ticket.get_by_role("textbox", name=beth.words("ticket_reply_label", email="carol@example.com"))
    await answer.fill("It will be with you tomorrow.")
    await answer.press("Control+Enter")
    await expect(ticket.get_by_text("It will be with you tomorrow.", exact=True)).to_be_visible()
    await expect(answer).to_have_value("")
    await expect(ticket.get_by_text(beth.words("mail_sent"))).to_be_visible()
    mails = [message for envelope, message in mail_server.taken() if envelope["to"] == ["carol@example.com"]]
    assert any("It will be with you tomorrow." in message.get_body().get_content() for message in mails)
    await ticket.get_by_role("button", name=beth.words("ticket_close"), exact=True).click()
    await expect(ticket.get_by_text(beth.words("ticket_is_closed"), exact=True)).to_be_visible()
    assert site.rows("select status from tickets where number = ?", number) == [("closed",)]
    await ticket.get_by_role("button", name=beth.words("ticket_reopen"), exact=True).click()
    await expect(answer).to_be_visible()


async def test_a_new_ticket_appears_by_itself_and_is_read_on_a_phone(people, site):
    beth = Console(await people.staff(site, AGENT, **PHONE), site)
    await beth.page.goto(f"{site.url}/agent")
    await beth.ready()  # a ticket that comes before the connection is nobody's news
    rows = await beth.shows_list("tickets")
    number = await leaves_a_message(site, "Ma commande est en retard.", locale="fr")
    await rows.get_by_role("link", name=re.compile(number)).tap()
    ticket = beth.page.get_by_role("region", name=beth.words("ticket"), exact=True)
    await expect(ticket.get_by_text("Ma commande est en retard.", exact=True)).to_be_visible()
    await expect(rows).to_be_hidden()
    assert await beth.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await beth.button("back_to_list").tap()
    await expect(rows).to_be_visible()
