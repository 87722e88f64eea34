"""The report of a period: outcomes that sum to the ended episodes, rates with intervals, durations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.analytics.definitions import RESOLVED, RESOLVED_BY_BOT, Rate, duration_json
from bot.analytics.episodes import Episode, ended_episodes, open_episodes
from bot.domain.outcomes import Outcome
from bot.errors import BadInput
from bot.store.transaction import Store, Transaction

DEFAULT_DAYS = 30
GROUPS = ("language", "topic", "agent", "team", "day")


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """A period of whole days in a time zone, and how to group."""

    start: datetime
    end: datetime
    time_zone: str
    by: str | None = None

    @classmethod
    def parse(
        cls, *, start: str | None, end: str | None, time_zone: str | None, by: str | None, now: datetime
    ) -> ReportQuery:
        """Read days such as 2026-11-01; `end` is the last day that counts. Raises BadInput."""
        zone_name = time_zone or "UTC"
        try:
            zone = ZoneInfo(zone_name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise BadInput("Expected a time zone such as Europe/Madrid, got {found}.", found=zone_name[:60]) from None
        if by is not None and by not in GROUPS:
            raise BadInput("Expected one of {known}, got {found}.", known=", ".join(GROUPS), found=by[:40])
        try:
            return cls._of_days(start, end, zone, by, now)
        except OverflowError:
            found = f"{start or ''} to {end or ''}"
            raise BadInput("Expected a day such as 2026-11-01, got {found}.", found=found[:40]) from None

    @classmethod
    def _of_days(cls, start: str | None, end: str | None, zone: ZoneInfo, by: str | None, now: datetime) -> ReportQuery:
        today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        last = _day(end, zone) if end else today
        first = _day(start, zone) if start else last - timedelta(days=DEFAULT_DAYS - 1)
        if first > last:
            raise BadInput(
                "Expected the first day to be before the last, got {start} and {end}.",
                start=str(start),
                end=str(end),
            )
        return cls(first.astimezone(UTC), (last + timedelta(days=1)).astimezone(UTC), zone.key, by)


def _day(text: str, zone: ZoneInfo) -> datetime:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise BadInput("Expected a day such as 2026-11-01, got {found}.", found=text[:40]) from None
    return datetime.combine(day, time(0), zone)


async def report(store: Store, query: ReportQuery, *, kb_version: str) -> dict[str, Any]:
    """Return the report as JSON."""

    def unit(tx: Transaction) -> tuple[list[Episode], int, dict[str, str]]:
        names = {agent.id: agent.name for agent in tx.agents.all()}
        return ended_episodes(tx, query.start, query.end), open_episodes(tx), names

    found, still_open, names = await store.read(unit)
    told: dict[str, Any] = {
        "period": {
            "from": query.start.isoformat(),
            "to": query.end.isoformat(),
            "time_zone": query.time_zone,
        },
        "kb_version": kb_version,
        **figures(found),
        "open": still_open,
    }
    if query.by is not None:
        told["groups"] = grouped(found, query, names)
    return told


def figures(found: Sequence[Episode]) -> dict[str, Any]:
    """Return the figures of these episodes; spam is counted beside."""
    counted = [episode for episode in found if episode.outcome is not Outcome.SPAM]
    outcomes = Counter(episode.outcome for episode in counted)
    return {
        "episodes": len(counted),
        "spam": len(found) - len(counted),
        "outcomes": {outcome.value: outcomes[outcome] for outcome in Outcome if outcome is not Outcome.SPAM},
        "rates": {name: rate.to_json() for name, rate in _rates(counted, outcomes).items()},
        "durations": {
            name: duration_json([seconds for episode in counted if (seconds := of(episode)) is not None])
            for name, of in _DURATIONS.items()
        },
    }


_DURATIONS: dict[str, Callable[[Episode], float | None]] = {
    "queue_wait": lambda episode: episode.queue_wait,
    "first_response": lambda episode: episode.first_response,
    "agent_response": lambda episode: episode.agent_response,
    "resolution_time": lambda episode: episode.resolution_time,
}


def _rates(counted: Sequence[Episode], outcomes: Counter[Outcome]) -> dict[str, Rate]:
    n = len(counted)
    turns = [(e.answered, e.clarified, e.failed) for e in counted]
    answered, clarified, failed = (sum(column) for column in zip(*turns, strict=True)) if turns else (0, 0, 0)
    helpful, unhelpful = sum(e.helpful for e in counted), sum(e.unhelpful for e in counted)
    stars = [e.csat for e in counted if e.csat is not None]
    asked = [e for e in counted if e.rating_requested]
    by_agents = outcomes[Outcome.AGENT_RESOLVED] + outcomes[Outcome.AGENT_UNRESOLVED]
    return {
        "resolution": Rate(sum(outcomes[o] for o in RESOLVED), n),
        "bot_resolution": Rate(sum(outcomes[o] for o in RESOLVED_BY_BOT), n),
        "bot_confirmed": Rate(outcomes[Outcome.BOT_CONFIRMED], n),
        "bot_assumed": Rate(outcomes[Outcome.BOT_ASSUMED], n),
        "agent_resolution": Rate(outcomes[Outcome.AGENT_RESOLVED], by_agents),
        "handoff": Rate(sum(e.handoff_reason is not None for e in counted), n),
        "answered": Rate(answered, answered + clarified + failed),
        "clarified": Rate(clarified, answered + clarified + failed),
        "failed": Rate(failed, answered + clarified + failed),
        "helpful": Rate(helpful, helpful + unhelpful),
        "csat": Rate(sum(star >= 4 for star in stars), len(stars)),  # noqa: PLR2004  # 4 and 5 are satisfied
        "rating_response": Rate(sum(e.csat is not None for e in asked), len(asked)),
    }


def grouped(found: Sequence[Episode], query: ReportQuery, names: dict[str, str]) -> dict[str, Any]:
    """Return the figures of each group."""
    zone = ZoneInfo(query.time_zone)
    keys: dict[str, Callable[[Episode], str]] = {
        "language": lambda e: e.language,
        "topic": lambda e: e.topic or "none",
        "agent": lambda e: names.get(e.agent_id, e.agent_id) if e.agent_id else "none",
        "team": lambda _: "none",
        "day": lambda e: e.ended_at.astimezone(zone).date().isoformat(),
    }
    key = keys[query.by or "language"]
    groups: dict[str, list[Episode]] = {}
    for episode in found:
        groups.setdefault(key(episode), []).append(episode)
    return {name: figures(groups[name]) for name in sorted(groups)}
