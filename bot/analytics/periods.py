"""What is asked about: whole days in a time zone, filters, assumptions; and the local hour of every episode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from bot.analytics.counts import Assumptions
from bot.analytics.frame import Array, Frame, Mask
from bot.errors import BadInput

DEFAULT_DAYS = 30
MOST_DAYS = 1100
GROUPS = (
    "language",
    "topic",
    "entry",
    "agent",
    "team",
    "surface",
    "page",
    "outcome",
    "handoff_reason",
    "hour",
    "weekday",
    "day",
)
NAMED = GROUPS[:9]
NONE = "none"
_QUARTER = 900  # seconds; time zones differ by multiples of it
_HOURS, _WEEKDAYS = 24, 7


@dataclass(frozen=True, slots=True)
class Query:
    """A period of whole days in a time zone, what to leave out, and how to group."""

    first: date
    last: date
    """The last day that counts."""
    zone: ZoneInfo
    assumptions: Assumptions
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    by: str | None = None
    agent_minutes: float | None = None
    only: frozenset[str] = frozenset()
    """The figures of series and groups; none: all."""

    @classmethod
    def parse(
        cls,
        *,
        now: datetime,
        start: str | None = None,
        end: str | None = None,
        time_zone: str | None = None,
        by: str | None = None,
        filters: Mapping[str, Sequence[str]] | None = None,
        sla_seconds: str | None = None,
        agent_minutes: str | None = None,
        only: str | None = None,
    ) -> Query:
        """Read days such as 2026-11-01; `end` is the last day that counts. Raises BadInput."""
        zone = zone_named("UTC" if time_zone is None else time_zone)
        if by is not None and by not in GROUPS:
            raise BadInput("Expected one of {known}, got {found}.", known=", ".join(GROUPS), found=by[:40])
        first, last = _days(start, end, now.astimezone(zone).date())
        assumptions = Assumptions(now, sla_seconds=_number(sla_seconds, 1, 86_400) or 60.0)
        return cls(
            first,
            last,
            zone,
            assumptions,
            _checked(filters or {}),
            by,
            agent_minutes=_number(agent_minutes, 0, 600),
            only=frozenset(filter(None, (only or "").split(","))),
        )

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(0), self.zone).astimezone(UTC)

    @property
    def end(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(0), self.zone).astimezone(UTC)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def dates(self) -> list[date]:
        """Return every day of the period, in its time zone."""
        return [self.first + timedelta(days=day) for day in range(self.days)]

    def previous(self) -> Query:
        """Return the same number of days just before."""
        length = timedelta(days=self.days)
        return replace(self, first=self.first - length, last=self.last - length)

    def to_json(self) -> dict[str, str | int]:
        return {
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "time_zone": self.zone.key,
            "days": self.days,
        }

    def filtered(self, frame: Frame) -> Mask:
        """Return which episodes the filters leave."""
        mask: Mask = np.ones(len(frame), np.bool_)
        for name, wanted in self.filters.items():
            if name in NAMED:
                mask &= frame.equals(name, *("" if text == NONE else text for text in wanted))
            else:
                number = self.local(frame["started_at"], name)
                mask &= np.isin(number, [int(text) for text in wanted])
        return mask

    def local(self, milliseconds: Array, part: str) -> Array:
        """Return the `hour` (0 to 23), `weekday` (Monday 0) or `day` (since 1970) in the zone of each time."""
        quarters = milliseconds // (1000 * _QUARTER)
        if not len(quarters):
            return quarters
        first, last = int(quarters.min()), int(quarters.max())
        # Within a quarter of an hour nothing changes: it is reckoned once for each, not for every episode.
        local = np.arange(first, last + 1) * _QUARTER + self._offsets(first, last)
        days = local // 86_400
        found: Array = days
        if part == "hour":
            found = local // 3600 % _HOURS
        elif part == "weekday":
            found = (days + 3) % _WEEKDAYS  # 1970 began on a Thursday
        of_each: Array = found[quarters - first]
        return of_each

    def _offsets(self, first: int, last: int) -> Array:
        """Return the zone's seconds ahead of UTC for each quarter of an hour; a day without a change is asked once."""
        offsets = np.empty(last - first + 1, np.int64)
        step = 86_400 // _QUARTER
        for begin in range(first, last + 1, step):
            end = min(begin + step, last + 1)
            at_begin, at_end = self._offset(begin), self._offset(end)
            if at_begin == at_end:
                offsets[begin - first : end - first] = at_begin
            else:
                offsets[begin - first : end - first] = [self._offset(quarter) for quarter in range(begin, end)]
        return offsets

    def _offset(self, quarter: int) -> int:
        ahead = datetime.fromtimestamp(quarter * _QUARTER, self.zone).utcoffset()
        return int(ahead.total_seconds()) if ahead else 0


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone. Raises BadInput."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput("Expected a time zone such as Europe/Madrid, got {found}.", found=name[:60]) from None


def _days(start: str | None, end: str | None, today: date) -> tuple[date, date]:
    """Return the first and the last day. Raises BadInput."""
    last = today if end is None else day_named(end)
    try:
        first = last - timedelta(days=DEFAULT_DAYS - 1) if start is None else day_named(start)
        # A day before the first and two behind the last are reckoned with: they must be days too.
        _ = first - timedelta(days=MOST_DAYS), last + timedelta(days=2)
    except OverflowError:
        raise BadInput("Expected a day such as 2026-11-01, got {found}.", found=str(end or start)[:40]) from None
    if first > last:
        raise BadInput(
            "Expected the first day to be before the last, got {start} and {end}.",
            start=first.isoformat(),
            end=last.isoformat(),
        )
    if (last - first).days >= MOST_DAYS:
        days = (last - first).days + 1
        raise BadInput("Expected at most {most} days, got {days}.", most=MOST_DAYS, days=days)
    return first, last


def day_named(text: str) -> date:
    """Return a day such as 2026-11-01. Raises BadInput."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise BadInput("Expected a day such as 2026-11-01, got {found}.", found=text[:40]) from None


def _number(text: str | None, least: float, most: float) -> float | None:
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        raise BadInput(
            "Expected a number from {least} to {most}, got {found}.", least=least, most=most, found=text[:40]
        )
    return number


def _checked(filters: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    ranges = {"hour": _HOURS, "weekday": _WEEKDAYS}
    for name, texts in filters.items():
        if name not in (*NAMED, *ranges):
            known = ", ".join((*NAMED, *ranges))
            raise BadInput("Expected one of {known}, got {found}.", known=known, found=name[:40])
        for text in texts:
            if name in ranges and not (text.isascii() and text.isdigit() and int(text[:3]) < ranges[name]):
                raise BadInput(
                    "Expected a number from {least} to {most}, got {found}.",
                    least=0,
                    most=ranges[name] - 1,
                    found=text[:40],
                )
    return {name: frozenset(texts) for name, texts in filters.items() if texts}
