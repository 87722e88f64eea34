"""Reports by mail: when they are due, once whoever sends them, with the numbers of the report, in three languages."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from bot.analytics.definitions import DEFINITIONS
from bot.analytics.letters import FIGURES, OUTCOMES
from bot.analytics.mailing import ReportMails
from bot.analytics.periods import Query
from bot.analytics.report import Reports
from bot.connectors.mail import Mailer
from bot.domain.schedules import Every, Schedule
from bot.locale.catalogs import load_catalogs
from bot.store.correspondence import mails
from bot.store.counted import report_schedules
from bot.store.database import open_database
from bot.store.transaction import Store
from tests.fakes import FrozenClock
from tests.history import fill

CATALOGS = load_catalogs()
SHOP = "https://chat.shop.example"
WEEKLY = Schedule("w", Every.WEEK, ("zoe@shop.example", "amir@shop.example"), "en", "Europe/Madrid")
MONTHLY = Schedule("m", Every.MONTH, ("zoe@shop.example",), "es", "America/New_York")
MONDAY = datetime(2026, 3, 9, 6, 0, tzinfo=UTC)
"""Seven in the morning in Madrid."""


def mailing(store: Store) -> ReportMails:
    """Return what a process of its own sends with."""
    mailer = Mailer("smtp://127.0.0.1:1", "Shop <no-reply@shop.example>", None)
    return ReportMails(store, Reports(store), CATALOGS, mailer, SHOP)


def at(clock: FrozenClock, moment: datetime) -> None:
    clock.advance(seconds=(moment - clock.now()).total_seconds())


async def outbox(store: Store) -> list[Any]:
    return await store.read(lambda tx: tx.connection.execute(select(mails).order_by(mails.c.at, mails.c.email)).all())


async def set_up(store: Store, *schedules: Schedule) -> None:
    await store.write(lambda tx: tx.schedules.replace(schedules, tx.now))


@asynccontextmanager
async def another_process(store: Store, clock: FrozenClock):
    other = Store(open_database(store.url.render_as_string(hide_password=False)), clock)
    try:
        yield other
    finally:
        await other.close()


@pytest.mark.parametrize(
    ("schedule", "now", "due", "first", "last"),
    [
        (WEEKLY, "2026-03-02T12:00", "2026-03-09T06:00", "2026-02-23", "2026-03-01"),
        (WEEKLY, "2026-03-09T05:59", "2026-03-09T06:00", "2026-03-02", "2026-03-08"),
        (WEEKLY, "2026-03-09T06:00", "2026-03-16T06:00", "2026-03-02", "2026-03-08"),
        (WEEKLY, "2026-03-29T10:00", "2026-03-30T05:00", "2026-03-16", "2026-03-22"),  # summer time begins that Sunday
        (MONTHLY, "2026-12-31T23:00", "2027-01-01T12:00", "2026-11-01", "2026-11-30"),
        (MONTHLY, "2027-01-01T12:00", "2027-02-01T12:00", "2026-12-01", "2026-12-31"),
        (MONTHLY, "2026-03-01T04:30", "2026-03-01T12:00", "2026-01-01", "2026-01-31"),  # there it is February
    ],
)
def test_days(schedule: Schedule, now: str, due: str, first: str, last: str):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert schedule.due_after(moment) == datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert [day.isoformat() for day in schedule.period(moment)] == [first, last]


async def test_sent_once_when_due_whoever_looks(store: Store, clock: FrozenClock):
    at(clock, MONDAY - timedelta(days=4))
    await set_up(store, WEEKLY)
    at(clock, MONDAY - timedelta(seconds=1))
    assert await mailing(store).sweep() == 0
    at(clock, MONDAY)
    async with another_process(store, clock) as other:
        senders = [mailing(one) for one in (store, other, store, other)]
        assert max(await asyncio.gather(*(sender.sweep() for sender in senders))) == 1
        assert [mail.email for mail in await outbox(store)] == sorted(WEEKLY.recipients)
        assert await mailing(other).sweep() == 0
    clock.advance(days=7)
    await mailing(store).sweep()
    assert len(await outbox(store)) == 2 * len(WEEKLY.recipients)


async def test_cut_off_it_is_sent_later_and_once(store: Store, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch):
    """A process dies between saying that the report went out and queueing its mails: neither has happened."""
    at(clock, MONDAY - timedelta(days=1))
    await set_up(store, WEEKLY)
    at(clock, MONDAY)
    dying = mailing(store)

    def dies(*_: object) -> None:
        raise RuntimeError("died")

    monkeypatch.setattr(dying, "_queue", dies)
    with pytest.raises(RuntimeError, match="died"):
        await dying.sweep()
    assert await outbox(store) == []
    assert await mailing(store).sweep() == 1
    assert len(await outbox(store)) == 2


async def test_after_a_long_stop_only_the_last_week_is_reported(store: Store, clock: FrozenClock):
    at(clock, MONDAY - timedelta(days=1))
    await set_up(store, WEEKLY)
    at(clock, MONDAY + timedelta(days=30))
    assert await mailing(store).sweep() == 1
    assert {mail.subject for mail in await outbox(store)} == {
        "Chat report, Mar 30\N{THIN SPACE}\N{EN DASH}\N{THIN SPACE}Apr 5, 2026"
    }
    assert await mailing(store).sweep() == 0


async def test_what_is_saved_again_is_not_due_again(store: Store, clock: FrozenClock):
    at(clock, MONDAY - timedelta(days=1))
    await set_up(store, WEEKLY, MONTHLY)
    at(clock, MONDAY)
    await mailing(store).sweep()
    due = await store.read(
        lambda tx: tx.connection.execute(select(report_schedules.c.id, report_schedules.c.due_at)).all()
    )
    clock.advance(hours=1)
    await set_up(store, MONTHLY, WEEKLY)
    again = await store.read(
        lambda tx: tx.connection.execute(select(report_schedules.c.id, report_schedules.c.due_at)).all()
    )
    assert sorted(due) == sorted(again)
    await set_up(store)
    clock.advance(days=40)
    assert await mailing(store).sweep() == 0


@pytest.mark.parametrize("language", ["en", "es", "fr"])
async def test_letter_holds_the_numbers_of_the_report(store: Store, clock: FrozenClock, language: str):
    now = clock.now()
    await fill(store.database, 400, start=now - timedelta(days=27), days=12)
    query = Query.parse(now=now, start=(now - timedelta(days=20)).date().isoformat(), time_zone="Europe/Paris")
    await mailing(store).send(query, language, "zoe@shop.example")
    (mail,) = await outbox(store)
    told = await Reports(store).overview(query, kb_version="")
    assert told["previous"]
    assert told["episodes"] > 50
    flat = unescape(re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", mail.html, flags=re.DOTALL)))
    lines = mail.text.splitlines()
    for name in ("episodes", *FIGURES):
        title = CATALOGS.say(language, DEFINITIONS[name].title)
        rate = told["rates"].get(name)
        if rate and not rate["denominator"]:
            continue
        line = next(line for line in lines if line.startswith(title + "  "))
        assert f" {title} " in flat
        if rate:
            share = f"{100 * rate['value']:.1f} %"
            before = f"{100 * told['previous']['rates'][name]['value']:.1f} %"
            shown = [text if language == "en" else text.replace(".", ",") for text in (share, before)]
            assert all(text in line for text in shown), (line, shown)
            assert shown[0] in flat
    for outcome, count in told["outcomes"].items():
        line = next(line for line in lines if line.startswith(CATALOGS.say(language, OUTCOMES[outcome]) + "  "))
        assert line.removeprefix(CATALOGS.say(language, OUTCOMES[outcome])).split()[0] == str(count)
    link = f"{SHOP}/dashboard?from={query.first}&to={query.last}&time_zone=Europe/Paris"
    assert link in mail.text
    assert link.replace("&", "&amp;") in mail.html
    assert f'<html lang="{language}">' in mail.html
    assert mail.language == language
    if language != "en":
        english = [text for text in (*OUTCOMES.values(), "Change", "Before", "Open the dashboard") if text in mail.text]
        assert [text for text in english if CATALOGS.say(language, text) != text] == []
    assert max(map(len, lines)) <= 110


async def test_period_without_episodes_says_so(store: Store, clock: FrozenClock):
    query = Query.parse(now=clock.now(), start="2026-01-01", end="2026-01-31")
    await mailing(store).send(query, "fr", "zoe@shop.example")
    (mail,) = await outbox(store)
    assert "Aucune conversation" in mail.text
    assert "Aucune conversation" in mail.html
    assert "nan" not in (mail.text + mail.html).lower()
