"""SQLite: messages a second when conversations share a commit, and when each message is committed by itself.

    python -m tests.bench.commits [--runs 5] [--conversations 100] [--seconds 2] [--folder DIR]

Both run in one process through the store that the server uses, with the same durability: every commit waits for
the disk, which strace counts in a run of its own, because it slows what it watches.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import uvloop
from sqlalchemy.engine import URL

from bot.clock import SystemClock
from bot.domain.conversations import Conversation, Memory, Status
from bot.domain.identifiers import hash_token, new_id, new_token
from bot.domain.messages import Author
from bot.services.exchange import Exchange
from bot.store import sqlite
from bot.store.schema import upgrade
from bot.store.sqlite import SqliteDatabase
from bot.store.transaction import Store, Transaction
from tests.faults.shop import ROOT

SLOW_DISK_MS = 1.0  # below this a commit costs so little that sharing one cannot gain much
WAYS = ("each", "shared")


def _conversation(tx: Transaction) -> str:
    visitor_id = new_id()
    tx.visitors.add(visitor_id, hash_token(new_token()), tx.now)
    conversation = Conversation(
        id=new_id(),
        visitor_id=visitor_id,
        status=Status.BOT,
        locale="en",
        surface="widget",
        episode=0,
        episode_open=False,
        last_seq=0,
        last_event=0,
        memory=Memory(language="en"),
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.conversations.add(conversation)
    return conversation.id


def _message(tx: Transaction, conversation_id: str) -> int:
    with Exchange.open(tx, conversation_id) as exchange:
        return exchange.say(Author.SHOPPER, "where is my parcel?", language="en", client_id=new_id()).seq


async def write(path: Path, *, conversations: int, seconds: float) -> dict[str, float]:
    """Let every conversation write one message after another; return messages and commits a second."""
    held = SqliteDatabase(URL.create("sqlite", database=str(path)))
    store = Store(held, SystemClock())
    ids = [await store.write(_conversation) for _ in range(conversations)]
    commits, count, stop = held.commits, 0, time.perf_counter() + seconds
    started = time.perf_counter()

    async def one(conversation_id: str) -> None:
        nonlocal count
        while time.perf_counter() < stop:
            await store.write(lambda tx: _message(tx, conversation_id))
            count += 1

    await asyncio.gather(*(one(conversation_id) for conversation_id in ids))
    elapsed, commits = time.perf_counter() - started, held.commits - commits
    await store.close()
    return {"messages": count, "commits": commits, "per_second": count / elapsed, "commits_second": commits / elapsed}


def sync_ms(folder: Path, *, count: int = 100) -> float:
    """Return the median milliseconds that the disk takes to make 8 KB durable."""
    path, waits = folder / "sync", []
    handle = os.open(path, os.O_CREAT | os.O_WRONLY)
    for number in range(count):
        os.pwrite(handle, os.urandom(8192), number * 8192)
        started = time.perf_counter()
        os.fdatasync(handle)
        waits.append(time.perf_counter() - started)
    os.close(handle)
    path.unlink()
    return 1000 * median(waits)


def run_way(way: str, folder: Path, *, conversations: int, seconds: float, count_syncs: bool = False) -> dict[str, Any]:
    """Run one way in a process of its own, under strace when its syncs are to be counted."""
    arguments = ["--way", way, "--folder", str(folder), "--conversations", str(conversations)]
    command = [sys.executable, "-m", "tests.bench.commits", *arguments, "--seconds", str(seconds)]
    out = folder / "syncs"
    if count_syncs:
        command = ["strace", "-f", "-qq", "-e", "trace=fdatasync,fsync", "-o", str(out), *command]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds + 120)
    if done.returncode:
        raise RuntimeError(f"the run failed:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    if count_syncs:
        found["syncs"] = len(re.findall(r"(?:fdatasync|fsync)\(", out.read_text()))
        out.unlink()
    return found


def measure(folder: Path, *, runs: int, conversations: int, seconds: float) -> dict[str, Any]:
    """Run both ways in turn; return medians, the ratio, syncs a commit, and what a sync takes on this disk."""
    options: dict[str, Any] = {"conversations": conversations, "seconds": seconds}
    found = {way: [run_way(way, folder, **options) for _ in range(runs)] for way in WAYS}
    ratios = [
        shared["per_second"] / each["per_second"] for shared, each in zip(found["shared"], found["each"], strict=True)
    ]
    traced = {}
    if shutil.which("strace"):
        traced = {way: run_way(way, folder, **options, count_syncs=True) for way in WAYS}
    middle = {
        way: {name: median(one[name] for one in found[way]) for name in ("per_second", "commits_second")}
        for way in WAYS
    }
    return {
        "conversations": conversations,
        "sync_ms": sync_ms(folder),
        **middle,
        "ratio": median(ratios),
        "traced": traced,
    }


def _syncs(traced: dict[str, Any]) -> str:
    return f"{traced['syncs'] / traced['commits']:17.2f}{traced['syncs'] / traced['messages']:18.3f}"


def show(found: dict[str, Any]) -> None:
    print(
        f"SQLite, {found['conversations']} conversations, every commit on disk; a sync takes {found['sync_ms']:.2f} ms"
    )
    print("  commits      messages/s   commits/s   syncs a commit   syncs a message")
    for way in WAYS:
        one, traced = found[way], found["traced"].get(way)
        rates = f"{one['per_second']:12.0f}{one['commits_second']:12.0f}"
        syncs = _syncs(traced) if traced else ""
        print(f"  {way:9}{rates}{syncs}")
    if found["sync_ms"] < SLOW_DISK_MS:
        print(f"  ratio {found['ratio']:.1f}: not judged, this disk takes less than {SLOW_DISK_MS:g} ms")
    else:
        print(f"  ratio: {found['ratio']:.1f} (wanted 5)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--conversations", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--folder", type=Path, help="on the disk to measure; a temporary one otherwise")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        if options.way == "each":
            sqlite.BATCH = 1
        path = options.folder / f"{new_id()}.db"
        upgrade(f"sqlite:///{path}")
        print(json.dumps(uvloop.run(write(path, conversations=options.conversations, seconds=options.seconds))))
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        show(measure(Path(folder), runs=options.runs, conversations=options.conversations, seconds=options.seconds))


if __name__ == "__main__":
    main()
