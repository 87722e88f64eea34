"""Words that would like to be scripts or headers, in every letter that holds somebody's words: plain text, whole."""

from __future__ import annotations

import re

from tests.hostile_words import headers, polyglots
from tests.mail_server import MailServer
from tests.server.mail_desk import Desk

EMAIL = "carol@example.com"
SCRIPTS, HEADERS, PACKED = 500, 100, 20


async def swept(desk: Desk, mail_server: MailServer, letters: int) -> None:
    """Send what waits, a few at a time, until so many letters were taken."""
    for _ in range(letters):
        if len(mail_server.taken()) < letters:
            await desk.shop.sweep()
    assert len(mail_server.taken()) == letters


async def test_letters_hold_words_as_plain_text_alone(desk: Desk, mail_server: MailServer):
    """Five hundred scripts and a hundred headers, as an agent's answer by mail and as what both said in the chat."""
    texts = [*polyglots(SCRIPTS), *(text.strip() for text in headers(HEADERS))]
    packs = ["\n".join(texts[start : start + PACKED]) for start in range(0, len(texts), PACKED)]
    ticket = await desk.ticket(packs[0])
    for pack in packs:
        await desk.answers(ticket, pack)
    await desk.carol.says(packs[0])
    assert await desk.carol.gets("transcript_send", email=EMAIL) == {"mailed": "code"}
    await swept(desk, mail_server, len(packs) + 2)
    code = re.search(r"\b\d{6}\b", mail_server.taken()[-1][1].get_content())[0]
    await desk.carol.gets("transcript_send", email=EMAIL, code=code)
    await swept(desk, mail_server, len(packs) + 3)
    taken = mail_server.taken()
    for envelope, message in taken:
        assert envelope["to"] == [EMAIL]
        assert message.get_content_type() == "text/plain"
        assert not {"Bcc", "Cc"} & set(message.keys())
        assert len(set(message.keys())) == len(message.keys())
        assert "pwned" not in message["Subject"]
    read = "\n".join(message.get_content().replace("\r\n", "\n") for _, message in taken)
    missing = [text for text in texts if text.isprintable() and text not in read]
    assert missing == []
    print(f"\n{len(taken)} letters with {len(texts)} texts")
