"""Report and export read what really happened; the database is brought up to date."""

from __future__ import annotations

import asyncio
import csv
import json
from pathlib import Path

import pytest

from bot.analytics.dictionary import COLUMNS
from bot.store.schema import head
from tests.cli.conftest import Run
from tests.people import Agent, Shopper
from tests.shop import Shop

DAYS = ("--from", "2026-03-01", "--to", "2026-03-03")


@pytest.fixture
async def url(carol: Shopper, amir: Agent, shop: Shop) -> str:
    """Give a database in which Carol was answered, and helped by Amir, in two languages."""
    answer = await carol.asked("where is my parcel")
    await carol.gets("feedback_give", message_id=answer["id"], helpful=True)
    await carol.gets("conversation_end")
    await carol.asked("=HYPERLINK(1), mi pedido no llega")
    await carol.waits()
    await amir.accepts(await amir.sees_waiting())
    await amir.writes(carol, "-5 euros")
    await amir.resolves(carol)
    await carol.gets("rating_submit", csat=5, nps=9)
    return f"sqlite:///{shop.database}"


async def test_report_counts_what_happened(parley: Run, url: str):
    result = await asyncio.to_thread(parley, "report", "--json", "--by", "language", *DAYS, database_url=url)
    assert (result.code, result.err) == (0, "")
    told = json.loads(result.out)
    assert (told["episodes"], told["spam"], told["open"]) == (2, 0, 0)
    assert {name: n for name, n in told["outcomes"].items() if n} == {"bot_confirmed": 1, "agent_resolved": 1}
    assert set(told["rates"]["resolution"]) >= {"numerator", "denominator", "value", "low", "high"}
    assert told["rates"]["resolution"]["parts"] == {"confirmed": 2, "assumed": 0}
    assert told["rates"]["csat"]["numerator"] == 1
    assert set(told["durations"]["queue_wait"]) >= {"n", "mean", "p50", "p90"}
    assert {name: group["episodes"] for name, group in told["groups"].items()} == {"en": 1, "es": 1}
    assert told["period"]["time_zone"] == "UTC"


async def test_report_reads_well(parley: Run, url: str):
    result = await asyncio.to_thread(parley, "report", *DAYS, database_url=url)
    assert result.code == 0
    assert "ended episodes" in result.out
    assert "bot_confirmed" in result.out
    assert "1 of 2" in result.out


async def test_step_of_an_agent_is_no_request_of_the_shopper(parley: Run, carol: Shopper, amir: Agent, shop: Shop):
    await carol.asked("where is my parcel")
    await amir.takes_over(carol)
    await amir.writes(carol, "May I?")
    await amir.resolves(carol)
    result = await asyncio.to_thread(parley, "report", "--json", *DAYS, database_url=f"sqlite:///{shop.database}")
    assert json.loads(result.out)["rates"]["handoff"]["numerator"] == 0


@pytest.mark.parametrize("what", ["conversations", "messages", "decisions"])
async def test_exports_hold_every_row_in_both_forms(parley: Run, url: str, what: str, tmp_path: Path):
    for kind in ("csv", "jsonl"):
        result = await asyncio.to_thread(
            parley, "export", what, "--format", kind, "--out", tmp_path / f"x.{kind}", database_url=url
        )
        assert (result.code, result.out) == (0, "")
        assert what in result.err
    with (tmp_path / "x.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()]
    assert list(lines[0]) == list(rows[0]) == COLUMNS[what]
    assert len(rows) == len(lines) == {"conversations": 2, "messages": 9, "decisions": 2}[what]


async def test_exported_transcript_is_the_conversation(parley: Run, url: str, carol: Shopper, tmp_path: Path):
    await asyncio.to_thread(parley, "export", "messages", "--out", tmp_path / "m.jsonl", database_url=url)
    lines = [json.loads(line) for line in (tmp_path / "m.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["seq"], line["author"], line["text"]) for line in lines] == [
        (message["seq"], message["author"], message["text"]) for message in await carol.sees()
    ]
    assert lines[1]["helpful"] is True
    assert lines[1]["confidence"] > 0.5
    await asyncio.to_thread(
        parley, "export", "messages", "--format", "csv", "--out", tmp_path / "m.csv", database_url=url
    )
    with (tmp_path / "m.csv").open(newline="", encoding="utf-8") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    assert "'=HYPERLINK(1), mi pedido no llega" in texts
    assert "'-5 euros" in texts


async def test_exported_episode_has_its_figures(parley: Run, url: str, carol: Shopper, tmp_path: Path):
    await asyncio.to_thread(parley, "export", "conversations", "--out", tmp_path / "c.jsonl", database_url=url)
    first, second = (json.loads(line) for line in (tmp_path / "c.jsonl").read_text(encoding="utf-8").splitlines())
    assert (first["outcome"], first["entry"], first["topic"], first["helpful"]) == (
        "bot_confirmed", "shipping/track-package", "shipping", 1,
    )  # fmt: skip
    assert (second["agent"], second["handoff_reason"], second["disposition"]) == ("Amir", "asked_for_human", "solved")
    assert (second["csat"], second["nps"], second["language"]) == (5, 9, "es")
    assert first["visitor"] == second["visitor"] != carol.id


async def test_upgrade_keeps_what_is_stored(parley: Run, url: str, shop: Shop):
    before = shop.value("SELECT count(*) FROM messages")
    result = await asyncio.to_thread(parley, "db", "upgrade", database_url=url)
    assert (result.code, result.out) == (0, f"Database at revision {head()}.\n")
    assert shop.value("SELECT count(*) FROM messages") == before


def test_upgrade_makes_the_database(parley: Run, tmp_path: Path):
    assert parley("db", "upgrade").code == 0
    assert (tmp_path / "parley.db").stat().st_size > 0
    result = parley("report", "--json")
    assert json.loads(result.out)["episodes"] == 0
    assert parley("export", "messages", "--out", "m.csv", "--format", "csv").code == 0
    assert (tmp_path / "m.csv").read_text() == ",".join(COLUMNS["messages"]) + "\n"


def test_upgrade_on_postgresql(parley: Run, postgres_url: str):
    assert parley("db", "upgrade", database_url=postgres_url).code == 0
    assert json.loads(parley("report", "--json", database_url=postgres_url).out)["episodes"] == 0


def test_database_of_a_newer_version_is_refused(parley: Run, tmp_path: Path):
    import sqlite3  # noqa: PLC0415

    parley("db", "upgrade")
    with sqlite3.connect(tmp_path / "parley.db") as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()
    for command in (["db", "upgrade"], ["report"]):
        result = parley(*command)
        assert result.code == 78
        assert "9999" in result.err
