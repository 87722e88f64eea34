"""Searching is the same on both databases."""

from __future__ import annotations

import pytest

from bot.domain.conversations import Status
from bot.domain.identifiers import new_id
from bot.domain.messages import Author
from bot.store.transaction import Store, Transaction
from tests.store.conftest import a_conversation
from tests.store.test_repositories import a_message


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["envio"], True),
        (["envio", "50%"], True),
        (["5_%"], False),
        (["\\"], True),
        (["nada"], False),
        (["envio", "nada"], False),
        (["bot"], False),
    ],
)
async def test_every_word_is_found_folded_and_taken_as_it_is(store: Store, words: list[str], *, found: bool):
    def unit(tx: Transaction) -> str:
        conversation = a_conversation(tx, last_seq=2)
        said = [("¿Y mi ENVÍO \\ con 50% menos?", Author.SHOPPER), ("what the bot says", Author.BOT)]
        tx.messages.add_all(
            [
                a_message(tx, conversation.id, seq, text=text, author=author, client_id=new_id())
                for seq, (text, author) in enumerate(said, start=1)
            ]
        )
        a_conversation(tx, last_seq=1)
        return conversation.id

    id_ = await store.write(unit)
    lines = await store.read(lambda tx: tx.conversations.with_status(tuple(Status), limit=9, words=words))
    assert [c.id for c in lines] == ([id_] if found else [])
    hits = await store.read(lambda tx: tx.searches.hits([id_], words))
    assert (not found) or hits[id_].seq == 1
