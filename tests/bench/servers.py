"""The servers that are compared, each on core 0, and the load generator on core 1."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.knowledge.loader import load as load_help_center
from bot.retrieval.retriever import open_index
from tests.faults.shop import CACHE, ROOT, Shop

SERVER_CORE = 0
LOAD_CORE = 1
OPEN_FILES = 20_000
CORPUS = ROOT / "tests" / "quality" / "messages.jsonl"
KB = ROOT / "kb"
SLIPS = 0.3
BEFORE = ("", "", "hi,", "hello,", "hey there", "good morning,", "sorry,", "excuse me,", "quick question:", "ok so")
AFTER = ("", "", "", "please", "thanks", "thank you", "pls", "asap please", "anyone?", "can you help")
NAMES = ("", *(f"- {first} {last}." for first in ("Ann", "Bo", "Cy", "Di", "Ed") for last in "ABCDEFGHIJKLMNOPRSTW"))
APART = 20_000  # lines between the beginnings of two runs


class Echo(Shop):
    """The bare echo; with `search`, the echo that also searches."""

    def __init__(self, folder: Path, *, search: bool = False) -> None:
        super().__init__(folder, "sqlite://", core=core(SERVER_CORE), open_files=OPEN_FILES)
        self._places = [str(KB), str(CACHE)] if search else []

    def command(self) -> list[str]:
        return [sys.executable, "-m", "tests.bench.echo", str(self.port), *self._places]


def parley(folder: Path, database_url: str | None = None, *, plants: Sequence[str] = ()) -> Shop:
    """Return Parley with the real help center."""
    url = database_url or f"sqlite:///{folder / 'parley.db'}"
    return Shop(folder, url, kb=KB, core=core(SERVER_CORE), open_files=OPEN_FILES, plants=plants)


def prepare_index() -> None:
    """Fit the real help center's index where there is none: it takes a minute, longer than a server may take."""
    open_index(load_help_center(KB), CACHE)


def core(wanted: int) -> int | None:
    """Return the core if this machine has it."""
    return wanted if wanted in os.sched_getaffinity(0) else None


def write_texts(path: Path, *, count: int = 200_000) -> Path:
    """Write the messages that are sent: English questions that the help center answers, no two of them the same.

    Each is a customer's question with words before and after it as people write them, and now and then a slip of the
    finger: nothing that is kept from one message can answer the next.
    """
    lines = map(json.loads, CORPUS.read_text(encoding="utf-8").splitlines())
    questions = [line["text"].replace("\n", " ") for line in lines if line["lang"] == "en" and line["id"]]
    choose, texts = random.Random(7), dict[str, None]()
    while len(texts) < count:
        words = choose.choice(questions).split()
        if choose.random() < SLIPS:
            at = choose.randrange(len(words))
            words[at] = _slipped(words[at], choose)
        parts = (choose.choice(BEFORE), *words, choose.choice(AFTER), choose.choice(NAMES))
        texts[" ".join(filter(None, parts))] = None
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def _slipped(word: str, choose: random.Random) -> str:
    at = choose.randrange(len(word))
    return word[:at] + choose.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :]


def load(
    server: Shop,
    *,
    clients: int,
    seconds: float,
    texts: Path,
    run: int = 0,
    rate: float = 0.0,
    pinned: bool = True,
    database: int | None = None,
    strict: bool = True,
) -> dict[str, Any]:
    """Run the load generator and return what it printed; not `pinned`, it shares all cores with the server.

    `database`: the process of a database server, to count its CPU too. Raises RuntimeError when somebody was refused,
    if `strict`.
    """
    command = [sys.executable, "-m", "tests.bench.load", server.url, str(clients), str(seconds)]
    command += ["--texts", str(texts), "--pid", str(server.pid), "--rate", str(rate), "--skip", str(APART * run)]
    if database is not None:
        command += ["--database", str(database)]
    if pinned and core(LOAD_CORE) is not None:
        command += ["--core", str(LOAD_CORE)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds + 120)
    if done.returncode:
        raise RuntimeError(f"the load generator failed:\n{done.stderr[-2000:]}")
    measured: dict[str, Any] = json.loads(done.stdout)
    if strict and measured["errors"]:
        raise RuntimeError(f"expected no errors under load, got {measured['errors']}")
    return measured


@contextmanager
def running(server: Shop) -> Iterator[Shop]:
    """Run a server as long as the `with` block."""
    server.folder.mkdir(parents=True, exist_ok=True)
    server.start()
    try:
        yield server
    finally:
        server.kill()
