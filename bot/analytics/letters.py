"""A report as a letter: the figures of the overview in words, beside those of before. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_interval
from babel.numbers import format_decimal

from bot.analytics.definitions import DEFINITIONS
from bot.analytics.letter_forms import Letter, Line, Table, as_html, as_text
from bot.domain.outcomes import Outcome
from bot.locale.catalogs import Catalogs
from bot.locale.dates import locale_of

FIGURES = (
    "resolution",
    "bot_resolution",
    "self_service",
    "agent_resolution",
    "handoff",
    "first_contact",
    "abandoned_in_bot",
    "abandoned_in_queue",
    "queue_wait",
    "sla",
    "first_response_human",
    "handle",
    "answered",
    "helpful",
    "csat",
    "rating_response",
    "nps",
)
"""What a letter holds beside the outcomes; the dashboard has the rest."""

SUBJECT = "Chat report, {days}"
COMPARED = "Days in {zone}, compared with {before}."
NOTHING = "No conversation ended in these days."
FIGURE, NOW, BEFORE, CHANGE = "Figure", "Now", "Before", "Change"
ENDED = "How conversations ended"
PARTS = "{confirmed} confirmed, {assumed} assumed"
SHARE_OF = "{count} of {all}"
NINE_IN_TEN = "median; nine in ten within {time}"
MORE_THAN_CHANCE = "* more than chance explains"
OPEN_DASHBOARD = "Open the dashboard"
WHY = "You get this mail because a report for you is set up in the chat's settings."
OUTCOMES: dict[str, str] = {
    Outcome.BOT_CONFIRMED: "Assistant, confirmed",
    Outcome.BOT_ASSUMED: "Assistant, assumed",
    Outcome.AGENT_RESOLVED: "Agent, solved",
    Outcome.AGENT_UNRESOLVED: "Agent, not solved",
    Outcome.TICKETED: "Ticket",
    Outcome.MISSED: "Missed",
    Outcome.ABANDONED_IN_QUEUE: "Left while waiting",
    Outcome.ABANDONED_IN_BOT: "Left without an answer",
}

NOT_THERE = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """A letter, ready to be sent."""

    subject: str
    text: str
    html: str


def write(told: Json, catalogs: Catalogs, language: str, public_url: str | None) -> Words:
    """Return an overview as a letter in the language."""
    return _Writing(told, catalogs, language, public_url).words()


class _Writing:
    """Says an overview in one language."""

    def __init__(self, told: Json, catalogs: Catalogs, language: str, public_url: str | None) -> None:
        self._told, self._before = told, told["previous"]
        self._catalogs, self._language, self._locale = catalogs, language, locale_of(language, language)
        period = told["period"]
        asked = {"from": period["first"], "to": period["last"], "time_zone": period["time_zone"]}
        self._link = f"{public_url}/dashboard?{urlencode(asked, safe='/')}" if public_url else None

    def words(self) -> Words:
        period = self._told["period"]
        subject = self._say(SUBJECT, days=self._days(period))
        before = self._days(self._before["period"]) if self._before else NOT_THERE
        heads = (self._say(FIGURE), self._say(NOW), self._say(BEFORE), self._say(CHANGE))
        tables: tuple[Table | str, ...] = (self._say(NOTHING),)
        if self._told["episodes"]:
            ended = (self._say(ENDED), *heads[1:3], "%")
            tables = (
                Table(heads, tuple(self._figures()), self._say(MORE_THAN_CHANCE)),
                Table(ended, tuple(self._outcomes())),
            )
        letter = Letter(
            subject,
            self._say(COMPARED, zone=period["time_zone"], before=before),
            tables,
            (self._say(OPEN_DASHBOARD), self._link) if self._link else None,
            self._say(WHY),
            self._language,
        )
        return Words(subject, as_text(letter), as_html(letter))

    def _say(self, sentence: str, **params: object) -> str:
        return self._catalogs.say(self._language, sentence, **params)

    # Lines

    def _figures(self) -> Iterator[Line]:
        now, before = self._told["episodes"], self._before["episodes"] if self._before else None
        moved = f"{self._number(100 * (now - before) / before, signed=True)} %" if before else ""
        yield Line(self._title("episodes"), self._count(now), self._or_none(before, self._count), moved)
        for name in FIGURES:
            if (line := self._figure(name)) is not None:
                yield line
        saved = self._told["cost_avoided"]
        then = self._before["cost_avoided"]["minutes"] if self._before else None
        parts = {name: self._time(60 * saved[f"{name}_minutes"]) for name in ("confirmed", "assumed")}
        yield Line(
            self._title("cost_avoided"),
            self._time(60 * saved["minutes"]),
            self._or_none(then, lambda minutes: self._time(60 * minutes)),
            "",
            self._say(PARTS, **parts),
        )

    def _figure(self, name: str) -> Line | None:
        for kind, line in (("rates", self._rate), ("durations", self._duration), ("scores", self._score)):
            now = self._told[kind].get(name)
            if now is not None:
                before = self._before[kind][name] if self._before else None
                return line(name, now, before) if now.get("denominator") or now.get("n") else None
        return None

    def _rate(self, name: str, now: Json, before: Json | None) -> Line:
        counts = {"count": self._count(now["numerator"]), "all": self._count(now["denominator"])}
        detail = self._say(SHARE_OF, **counts)
        if "parts" in now:
            parts = {part: self._count(count) for part, count in now["parts"].items()}
            detail += f" ({self._say(PARTS, **parts)})"
        then = before["value"] if before else None
        moved = None if then is None else 100 * (now["value"] - then)
        change = "" if moved is None else f"{self._number(moved, signed=True)} pts{self._star(name)}"
        return Line(self._title(name), self._percent(now["value"]), self._or_none(then, self._percent), change, detail)

    def _duration(self, name: str, now: Json, before: Json | None) -> Line:
        then = before["p50"] if before else None
        change = "" if then is None else f"{self._time(now['p50'] - then, signed=True)}{self._star(name)}"
        detail = self._say(NINE_IN_TEN, time=self._time(now["p90"]))
        return Line(self._title(name), self._time(now["p50"]), self._or_none(then, self._time), change, detail)

    def _score(self, name: str, now: Json, before: Json | None) -> Line:
        then = before["value"] if before else None
        change = "" if then is None else self._number(now["value"] - then, signed=True)
        shown, shown_before = self._number(now["value"], signed=True), self._or_none(then, self._signed)
        return Line(self._title(name), shown, shown_before, change, f"n {self._count(now['n'])}")

    def _outcomes(self) -> Iterator[Line]:
        for name, count in self._told["outcomes"].items():
            then = self._before["outcomes"][name] if self._before else None
            share = self._percent(count / self._told["episodes"])
            title = self._say(OUTCOMES[name])
            yield Line(title, self._count(count), self._or_none(then, self._count), share)

    # Numbers

    def _title(self, name: str) -> str:
        return self._say(DEFINITIONS[name].title)

    def _star(self, name: str) -> str:
        return "*" if self._told["changes"].get(name, {}).get("significant") else ""

    @staticmethod
    def _or_none(value: float | None, show: Callable[[float], str]) -> str:
        return NOT_THERE if value is None else show(value)

    def _count(self, count: float) -> str:
        return str(format_decimal(count, "#,##0", locale=self._locale))

    def _number(self, value: float, *, signed: bool = False) -> str:
        shown = str(format_decimal(abs(value), "#,##0.0", locale=self._locale))
        sign = "" if not round(value, 1) else MINUS if value < 0 else "+" if signed else ""
        return f"{sign}{shown}"

    def _signed(self, value: float) -> str:
        return self._number(value, signed=True)

    def _percent(self, value: float) -> str:
        return f"{format_decimal(100 * value, '#,##0.0', locale=self._locale)} %"

    def _time(self, seconds: float, *, signed: bool = False) -> str:
        whole = round(abs(seconds))
        minutes, rest = divmod(whole, 60)
        hours, left = divmod(minutes, 60)
        if hours:
            shown = f"{self._count(hours)} h {left:02} min"
        else:
            shown = f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
        sign = "" if not whole else MINUS if seconds < 0 else "+" if signed else ""
        return f"{sign}{shown}"

    def _days(self, period: Json) -> str:
        first, last = date.fromisoformat(period["first"]), date.fromisoformat(period["last"])
        return str(format_interval(first, last, "yMMMd", locale=self._locale))
