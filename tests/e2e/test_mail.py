"""What a shopper can have by mail: the conversation, once a code has proved the address; only where mail is set up."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.e2e import axe
from tests.e2e.chat import Chat
from tests.e2e.site import ANSWERS, QUESTIONS, Site
from tests.faults.shop import opened
from tests.mail_server import MailServer, mail_server, one_mail_server  # noqa: F401  # fixtures
from tests.server.mail_desk import with_mail
from tests.servers import wait_until

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(scope="module")
def mailing_site(kb, one_mail_server: MailServer, tmp_path_factory) -> Iterator[Site]:  # noqa: F811
    """Serve a shop that sends mail."""
    with opened(Site(tmp_path_factory.mktemp("mailing"), kb, **with_mail(one_mail_server))) as site:
        yield site


async def at_shop(people, site: Site, language: str) -> Chat:
    page = await people.page()
    await page.goto(f"{site.url}/?lang={language}")
    return await Chat(page, language).open()


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_conversation_comes_by_mail_after_its_code(people, mailing_site, mail_server, full, language):  # noqa: F811
    if not full and language != "fr":
        pytest.skip("in the full form")
    address = f"carol.{language}@example.com"
    chat = await at_shop(people, mailing_site, language)
    await chat.asks(QUESTIONS[language], ANSWERS[language])
    await chat.button("menu").click()
    await chat.button("mail_transcript").click()
    email = chat.panel.get_by_role("textbox", name=chat.words("email"))
    await expect(email).to_be_focused()
    await email.fill("carol at example")
    await chat.button("mail_code").click()
    await expect(chat.text("email_wrong")).to_be_visible()
    await expect(email).to_be_focused()
    await email.fill(address)
    await chat.button("mail_code").click()
    await expect(chat.text("code_sent", email=address)).to_be_visible()
    code = chat.panel.get_by_role("textbox", name=chat.words("code"))
    await expect(code).to_be_focused()
    await axe.still(chat.page)
    assert await axe.faults(chat.page) == []
    wait_until(lambda: len(mail_server.taken()) == 1, seconds=30, what="the mail with the code")
    _, letter = mail_server.taken()[0]
    proof = re.search(r"\b\d{6}\b", letter.get_content())
    assert ANSWERS[language] not in letter.get_content()
    await code.fill("000000" if proof[0] != "000000" else "111111")
    await chat.button("send_transcript").click()
    await expect(chat.panel.get_by_role("alert")).to_be_visible()
    await code.fill(proof[0])
    await chat.button("send_transcript").click()
    await expect(chat.text("transcript_mailed", email=address)).to_be_visible()
    wait_until(lambda: len(mail_server.taken()) == 2, seconds=30, what="the mail with the conversation")
    envelope, letter = mail_server.taken()[1]
    assert envelope["to"] == [address]
    assert QUESTIONS[language] in letter.get_content()


async def test_where_no_mail_is_set_up_none_is_offered(people, site):
    chat = await at_shop(people, site, "en")
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await chat.button("menu").click()
    await expect(chat.button("save_text")).to_be_visible()
    await expect(chat.button("mail_transcript")).to_have_count(0)
