"""The help center changes while shoppers are connected: a good change is served, a broken one changes nothing."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.builders import small_kb, write_entry
from tests.fakes import FrozenClock
from tests.people import Shopper
from tests.shop import Premises, Shop, settings_for, within

PATIENCE = 60.0  # a change is noticed in two seconds and fitted in one, on a machine that does nothing else


@pytest.fixture
def tiny_kb(tmp_path: Path) -> Path:
    """Give a help center in one language, for the test to change."""
    folder = tmp_path / "kb"
    folder.mkdir()
    for path in small_kb(folder).rglob("*.*.*"):
        if path.suffixes[-2] != ".en":
            path.unlink()
    return folder


def change_answer(folder: Path, answer: str) -> None:
    """Write another answer into the entry about parcels."""
    path = folder / "shipping" / "track-package.en.md"
    path.write_text(re.sub(r"\n---\n.*", f"\n---\n{answer}\n", path.read_text(), flags=re.DOTALL))


@pytest.fixture
async def changing(premises: Premises, tmp_path: Path, tiny_kb: Path, clock: FrozenClock) -> AsyncIterator[Shop]:
    """Run a server that watches its help center."""
    settings = settings_for(premises, tmp_path, kb=tiny_kb, cache=premises.cache)
    shop = await Shop(premises, settings, clock, watches_kb=True).open()
    yield shop
    await shop.close()


async def test_changed_help_center_is_served_to_who_is_connected(
    changing: Shop, tiny_kb: Path, caplog: pytest.LogCaptureFixture
):
    carol = await Shopper(changing).comes()
    old = changing.parley.desk().knowledge.version
    change_answer(tiny_kb, "Look there.")
    await within(PATIENCE, lambda: changing.parley.desk().knowledge.version != old)
    old = changing.parley.desk().knowledge.version
    assert (await carol.asked("Where is my parcel?"))["text"] == "Look there."

    caplog.set_level(logging.WARNING, "bot")
    broken = write_entry(tiny_kb, "orders/broken", "en", "Broken", answer="")
    write_entry(tiny_kb, "orders/worse", "xx", "Worse", answer="")
    await within(PATIENCE, lambda: any(r.getMessage() == "knowledge_refused" for r in caplog.records))
    (record, *_) = [r for r in caplog.records if r.getMessage() == "knowledge_refused"]
    assert any("orders/worse.xx.md:" in fault for fault in record.__dict__["faults"])
    assert any("orders/broken.en.md:" in fault for fault in record.__dict__["faults"])
    assert changing.parley.desk().knowledge.version == old
    assert (await carol.asked("Where is my parcel?"))["text"] == "Look there."

    broken.unlink()
    (tiny_kb / "orders" / "worse.xx.md").unlink()
    change_answer(tiny_kb, "Look here.")
    await within(PATIENCE, lambda: changing.parley.desk().knowledge.version != old)
    assert (await carol.asked("Where is my parcel?"))["text"] == "Look here."
    assert len(carol.heard_of("session_started")) == 1
    versions = [row["kb_version"] for row in changing.rows("SELECT kb_version FROM decisions ORDER BY rowid")]
    assert versions == [old, old, changing.parley.desk().knowledge.version]
    await within(PATIENCE, lambda: len(changing.rows("SELECT 1 FROM kb_versions")) == 2)
    (_, row) = changing.rows("SELECT version, content FROM kb_versions ORDER BY rowid")
    assert row["version"] == versions[-1]
    assert "Look here." in json.loads(row["content"])["files"]["shipping/track-package.en.md"]
    await carol.leave()


async def test_help_center_that_disappears_is_kept_and_seen_again(
    changing: Shop, tiny_kb: Path, caplog: pytest.LogCaptureFixture
):
    carol = await Shopper(changing).comes()
    caplog.set_level(logging.WARNING, "bot")
    away = tiny_kb.rename(tiny_kb.with_name("away"))  # noqa: ASYNC240  # a rename takes no time
    await asyncio.sleep(0.5)
    assert (await carol.asked("Where is my parcel?"))["entry"] == "shipping/track-package"
    away.rename(tiny_kb)
    change_answer(tiny_kb, "Look here.")
    await within(
        PATIENCE, lambda: "Look here." in repr(changing.parley.desk().knowledge.entries["shipping/track-package"])
    )
    await carol.leave()
