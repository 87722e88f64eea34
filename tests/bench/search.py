"""How long an agent's search takes among many messages, on both databases.

    python -m tests.bench.search [--messages 100000]

Prints milliseconds for a word that is rare, one that is common, one that is nowhere, and four words at once.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median

import uvloop

from bot.clock import SystemClock
from bot.domain.conversations import Status
from bot.domain.identifiers import new_id
from bot.domain.messages import Author, Message
from bot.knowledge.loader import load
from bot.services.inbox import LISTED
from bot.store.database import open_database
from bot.store.schema import upgrade
from bot.store.transaction import Store, Transaction
from tests.faults.shop import ROOT
from tests.servers import MissingProgramError, postgres_server
from tests.store.conftest import a_conversation

EACH = 10  # messages of a conversation, half of them the bot's
RUNS = 7
QUESTIONS = {
    "rare": ["marmalade"],
    "common": ["order"],
    "nowhere": ["zzyzx"],
    "four words": ["order", "refund", "card", "where"],
}


def _fill(tx: Transaction, said: list[str], answers: list[str], chance: random.Random, *, rare: bool) -> None:
    conversation = a_conversation(tx, last_seq=EACH)
    plain = Message(new_id(), conversation.id, 1, 1, Author.SHOPPER, "en", "", tx.now, client_id=None, decision=None)
    messages = []
    for seq in range(1, EACH + 1):
        bot = seq % 2 == 0
        text = chance.choice(answers if bot else said)
        blocks = ({"type": "paragraph", "children": [{"type": "text", "text": text}]},) if bot else None
        author = Author.BOT if bot else Author.SHOPPER
        messages.append(replace(plain, id=new_id(), seq=seq, author=author, text=text, blocks=blocks))
    if rare:
        messages[0] = replace(messages[0], text=f"{messages[0].text} marmalade")
    tx.messages.add_all(messages)


async def measure(url: str, count: int) -> dict[str, float]:
    """Return the median milliseconds of each question."""
    knowledge = load(ROOT / "kb")
    said = [text for language in knowledge.languages for _, text in knowledge.texts(language)]
    answers = [entry.body for by_language in knowledge.entries.values() for entry in by_language.values()]
    chance = random.Random(1)
    store = Store(open_database(url), SystemClock())
    try:
        conversations = count // EACH
        for start in range(0, conversations, 100):

            def unit(tx: Transaction, start: int = start) -> None:
                for number in range(start, min(start + 100, conversations)):
                    _fill(tx, said, answers, chance, rare=number % (conversations // 5) == 0)

            await store.write(unit)
        return {name: await _median(store, words) for name, words in QUESTIONS.items()}
    finally:
        await store.close()


async def _median(store: Store, words: list[str]) -> float:
    def unit(tx: Transaction) -> int:
        found = tx.conversations.with_status(tuple(Status), limit=LISTED, words=words)
        tx.searches.hits([conversation.id for conversation in found], words)
        return len(found)

    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        await store.read(unit)
        times.append((time.perf_counter() - began) * 1000)
    return median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        urls = {"SQLite": f"sqlite:///{Path(folder) / 'parley.db'}"}
        try:
            urls["PostgreSQL"] = stack.enter_context(postgres_server()).create_database()
        except MissingProgramError as error:
            print(error)
        for name, url in urls.items():
            upgrade(url)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                figures = runner.run(measure(url, options.messages))
            told = ", ".join(f"{what} {milliseconds:.0f} ms" for what, milliseconds in figures.items())
            print(f"{name}, {options.messages} messages: {told}", flush=True)


if __name__ == "__main__":
    main()
