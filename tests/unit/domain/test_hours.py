"""When people are there: spans, holidays, and the two days of a year when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import DAYS, Hours, document_of, hours_of, minutes_of

MADRID, NEW_YORK = "Europe/Madrid", "America/New_York"
OFFICE = ((9 * 60, 14 * 60), (16 * 60, 19 * 60))


def hours(zone: str = MADRID, *, holidays: tuple[tuple[date, str], ...] = (), **week: tuple[tuple[int, int], ...]):
    """Return hours that are open on the named days only."""
    return Hours(zone, week, holidays)


def every_day(zone: str, *spans: tuple[int, int]) -> Hours:
    return Hours(zone, dict.fromkeys(DAYS, spans))


def wall(zone: str, text: str, fold: int = 0) -> datetime:
    """Return the moment when the clock on that wall shows this."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


WEEKDAYS = hours(mon=OFFICE, tue=OFFICE, wed=OFFICE, thu=OFFICE, fri=((9 * 60, 14 * 60),))


@pytest.mark.parametrize(
    ("at", "is_open", "opening"),
    [
        ("2026-11-23T08:59:59", False, "2026-11-23T09:00"),
        ("2026-11-23T09:00", True, "2026-11-23T09:00"),
        ("2026-11-23T13:59:59", True, "2026-11-23T13:59:59"),
        ("2026-11-23T14:00", False, "2026-11-23T16:00"),
        ("2026-11-23T19:00", False, "2026-11-24T09:00"),
        ("2026-11-27T16:30", False, "2026-11-30T09:00"),
        ("2026-11-29T23:59", False, "2026-11-30T09:00"),
    ],
)
def test_spans_of_a_week(at: str, opening: str, *, is_open: bool):
    moment = wall(MADRID, at)
    assert WEEKDAYS.is_open(moment) is is_open
    assert WEEKDAYS.next_opening(moment) == wall(MADRID, opening)


def test_the_zone_is_the_shops_not_the_readers():
    evening = wall(MADRID, "2026-11-23T18:30").astimezone(ZoneInfo("Asia/Tokyo"))  # the next day already, there
    assert WEEKDAYS.is_open(evening)
    opening = WEEKDAYS.next_opening(evening + timedelta(hours=1))
    assert opening == wall(MADRID, "2026-11-24T09:00")
    assert opening.tzinfo is UTC


def test_holidays_close_whole_days():
    holidays = ((date(2026, 12, 7), "Puente"), (date(2026, 12, 8), "La Inmaculada"))
    closed = Hours(MADRID, WEEKDAYS.week, holidays)
    assert not closed.is_open(wall(MADRID, "2026-12-08T10:00"))
    assert closed.next_opening(wall(MADRID, "2026-12-04T14:00")) == wall(MADRID, "2026-12-09T09:00")


def test_a_year_of_holidays_on_the_only_open_day_is_looked_past():
    mondays = tuple((date(2026, 11, 23) + timedelta(weeks=n), "closed") for n in range(52))
    only = hours(mon=OFFICE, holidays=mondays)
    assert only.next_opening(wall(MADRID, "2026-11-23T10:00")) == wall(MADRID, "2027-11-22T09:00")


def test_a_week_without_spans_never_opens():
    never = hours(mon=(), tue=())
    assert not never.is_open(wall(MADRID, "2026-11-23T10:00"))
    assert never.next_opening(wall(MADRID, "2026-11-23T10:00")) is None
    assert never.open_seconds(wall(MADRID, "2026-11-23T10:00"), wall(MADRID, "2026-12-23T10:00")) == 0


def test_open_round_the_clock_has_no_seam_at_midnight():
    always = every_day(MADRID, (0, 24 * 60))
    midnight = wall(MADRID, "2026-11-24T00:00")
    assert always.is_open(midnight - timedelta(microseconds=1))
    assert always.is_open(midnight)
    assert always.open_seconds(midnight - timedelta(days=2), midnight + timedelta(days=2)) == 4 * 86400


# Madrid: 2026-03-29 02:00 -> 03:00 and 2026-10-25 03:00 -> 02:00. New York: 2026-03-08 and 2026-11-01, an hour earlier.
SPRING = [(MADRID, "2026-03-29"), (NEW_YORK, "2026-03-08")]
AUTUMN = [(MADRID, "2026-10-25", "02:00", "02:30"), (NEW_YORK, "2026-11-01", "01:00", "01:30")]


@pytest.mark.parametrize(("zone", "day"), SPRING)
def test_nine_o_clock_is_nine_o_clock_when_the_clock_has_jumped(zone: str, day: str):
    night = wall(zone, f"{day}T00:00")
    office = every_day(zone, (9 * 60, 17 * 60))
    assert office.next_opening(night) == night + timedelta(hours=8)
    assert office.open_seconds(night, night + timedelta(days=1)) == 8 * 3600
    through = every_day(zone, (0, 24 * 60))
    assert through.open_seconds(night, wall(zone, f"{day}T23:59:59") + timedelta(seconds=1)) == 23 * 3600


@pytest.mark.parametrize(("zone", "day"), SPRING)
def test_a_time_that_the_clock_skips_is_the_moment_of_the_jump(zone: str, day: str):
    jump = wall(zone, f"{day}T03:00")
    night = wall(zone, f"{day}T00:00")
    assert every_day(zone, (150, 240)).next_opening(night) == jump  # opens 02:30, which nobody's clock shows
    shuts = every_day(zone, (60, 150))
    assert shuts.is_open(jump - timedelta(seconds=1))
    assert not shuts.is_open(jump)
    skipped = every_day(zone, (130, 170))  # within the hour that is not there
    assert skipped.open_seconds(night, night + timedelta(hours=6)) == 0
    assert skipped.next_opening(night) == wall(zone, f"{day}T02:10") + timedelta(hours=23)


@pytest.mark.parametrize(("zone", "day", "first", "half"), AUTUMN)
def test_doors_stay_open_through_the_hour_that_a_clock_repeats(zone: str, day: str, first: str, half: str):
    once, again = wall(zone, f"{day}T{half}"), wall(zone, f"{day}T{half}", fold=1)
    assert again - once == timedelta(hours=1)
    opens = every_day(zone, (minutes_of(half), minutes_of(half) + 60))
    assert opens.next_opening(wall(zone, f"{day}T00:00")) == once
    assert all(opens.is_open(once + timedelta(minutes=n)) for n in range(120))
    assert not opens.is_open(once + timedelta(minutes=120))
    closes = every_day(zone, (minutes_of(first), minutes_of(half)))
    assert closes.is_open(again - timedelta(seconds=1))
    assert not closes.is_open(again)


@pytest.mark.parametrize(("zone", "day", "first", "half"), AUTUMN)
def test_spans_that_meet_in_the_repeated_hour_count_once(zone: str, day: str, first: str, half: str):
    night = wall(zone, f"{day}T00:00")
    two = every_day(zone, (0, minutes_of(half)), (minutes_of(half), 240))
    assert two.open_seconds(night, night + timedelta(hours=6)) == 5 * 3600
    assert wall(zone, f"{day}T{first}", fold=1) - wall(zone, f"{day}T{first}") == timedelta(hours=1)


ZONES = st.sampled_from([MADRID, NEW_YORK, "UTC", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo"])
STARTS = st.integers(0, 24 * 60 - 1)
SPANS = STARTS.flatmap(lambda start: st.tuples(st.just(start), st.integers(start + 1, 24 * 60)))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@given(zone=ZONES, span=SPANS, at=MOMENTS, length=st.integers(0, 10**6))
def test_the_three_answers_agree(zone: str, span: tuple[int, int], at: datetime, length: int):
    found = every_day(zone, span)
    opening = found.next_opening(at)
    assert opening is not None
    assert opening >= at
    assert found.is_open(opening)
    assert found.open_seconds(at, opening) == 0
    assert found.is_open(at) is (opening == at)
    end = at + timedelta(seconds=length)
    assert 0 <= found.open_seconds(at, end) <= length
    middle = at + (end - at) / 2
    both = found.open_seconds(at, middle) + found.open_seconds(middle, end)
    assert both == pytest.approx(found.open_seconds(at, end))


@given(zone=ZONES, span=SPANS, day=st.dates(date(2026, 1, 1), date(2027, 1, 1)))
def test_hours_are_the_same_when_read_again(zone: str, span: tuple[int, int], day: date):
    written = Hours(zone, {d: (span,) if d == "wed" else () for d in DAYS}, ((day, "Día"),))
    assert hours_of(document_of(written)) == written


@pytest.mark.parametrize("text", ["9:00", "24:01", "25:00", "12:60", "", "12:00 ", "noon", "\u0661\u0662:00"])
def test_what_is_no_time_of_day_is_refused(text: str):
    with pytest.raises(ValueError, match="expected HH:MM"):
        minutes_of(text)
