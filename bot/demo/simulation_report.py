"""A simulated morning in numbers, and every promise that it broke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bot.demo.simulated_agents import Staff
from bot.demo.simulated_shoppers import ShopperLog
from bot.demo.simulation import Course
from bot.demo.simulation_checks import Skills, check
from bot.demo.simulation_facts import Told

HONEST_TIMES = 2.0  # a wait that lasted at most so many times the word about it was not promised falsely


def report_of(course: Course, staff: Sequence[Staff], told: Told | None) -> dict[str, Any]:
    """Return the report; `told` is what the server's events say, where they can be read."""
    skills = {who.email: Skills(who.languages, who.capacity) for who in staff}
    found = check(told.facts if told else course.facts, skills)
    lost = [f"shopper {n} ({s.language}) has no end" for n, s in enumerate(course.shoppers, 1) if s.outcome == "lost"]
    missing = sum(shopper.missing for shopper in course.shoppers)
    waited = [s.waited for s in course.shoppers if s.waited is not None and s.outcome == "served"]
    asked = [s for s in course.shoppers if s.outcome != "answered"]
    gave_up = [s for s in asked if s.outcome in ("left", "cancelled")]
    return {
        "simulated_minutes": round(course.seconds / 60, 1),
        "agents": len(staff),
        "shoppers": len(course.shoppers),
        "outcomes": dict(Counter(shopper.outcome for shopper in course.shoppers).most_common()),
        "waits_seconds": _quantiles(waited),
        "waits_by_language": {
            language: _quantiles([s.waited for s in asked if s.language == language and s.waited and _served(s)])
            for language in sorted({s.language for s in asked})
        },
        "abandonment": {"gave_up": len(gave_up), "asked": len(asked), "share": _share(len(gave_up), len(asked))},
        "words_about_the_wait": _honesty(course.shoppers),
        "agents_lost": sum(shopper.times_lost for shopper in course.shoppers),
        "busiest_agent": found.busiest,
        "messages_acknowledged": sum(len(shopper.acknowledged) for shopper in course.shoppers),
        "handoffs": _handoffs(told.counts) if told else _as_seen(course),
        "violations": {
            "conversations_lost": lost,
            "messages_lost": [f"{missing} acknowledged messages are in no transcript"] if missing else [],
            "agents_over_capacity": found.over_capacity,
            "offers_in_the_wrong_language": found.wrong_language,
        },
    }


def violations(report: Mapping[str, Any]) -> list[str]:
    """Return every broken promise in words."""
    return [f"{kind.replace('_', ' ')}: {what}" for kind, found in report["violations"].items() for what in found]


def readable(report: Mapping[str, Any]) -> list[str]:
    """Return the lines that a person reads."""
    waits, gave_up, words = report["waits_seconds"], report["abandonment"], report["words_about_the_wait"]
    broken = violations(report)
    rows = [
        (
            "simulated",
            f"{report['simulated_minutes']} minutes, {report['agents']} agents, {report['shoppers']} shoppers",
        ),
        ("outcomes", ", ".join(f"{name} {count}" for name, count in report["outcomes"].items())),
        ("waits", f"median {waits['p50']} s, p90 {waits['p90']} s, longest {waits['longest']} s (n {waits['n']})"),
        *(
            (f"waits {language}", f"median {one['p50']} s, p90 {one['p90']} s (n {one['n']})")
            for language, one in report["waits_by_language"].items()
        ),
        ("hand-offs", ", ".join(f"{name} {count}" for name, count in report["handoffs"].items())),
        ("abandonment", f"{gave_up['gave_up']} of {gave_up['asked']} who asked for a person ({gave_up['share']})"),
        ("words", f"{words['told']} told; {words['kept']} waited no longer than twice that"),
        ("agents lost", f"{report['agents_lost']} conversations"),
        ("busiest agent", f"{report['busiest_agent']} conversations at once"),
        ("messages", f"{report['messages_acknowledged']} of shoppers acknowledged"),
        ("verdict", "nothing was broken" if not broken else f"{len(broken)} promises were broken"),
    ]
    return [*(f"{name:<14} {value}" for name, value in rows), *(f"  {what}" for what in broken)]


def _served(shopper: ShopperLog) -> bool:
    return shopper.outcome == "served"


def _quantiles(seconds: Sequence[float | None]) -> dict[str, float | int | None]:
    ordered = sorted(second for second in seconds if second is not None)
    if not ordered:
        return {"n": 0, "p50": None, "p90": None, "longest": None}
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.9)]
    return {"n": len(ordered), "p50": round(at[0]), "p90": round(at[1]), "longest": round(ordered[-1])}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def _honesty(shoppers: Sequence[ShopperLog]) -> dict[str, int]:
    told = [s for s in shoppers if s.word is not None and s.waited is not None and s.outcome == "served"]
    kept = [s for s in told if (s.waited or 0) <= HONEST_TIMES * (s.word or 0)]
    return {"told": len(told), "kept": len(kept)}


def _handoffs(counts: Counter[str]) -> dict[str, int]:
    kinds = ("requested", "offered", "declined", "lapsed", "accepted", "expired", "cancelled", "resolved")
    return {kind: counts[f"handoff_{kind}"] for kind in kinds}


def _as_seen(course: Course) -> dict[str, int]:
    counts = Counter(fact.kind for fact in course.facts)
    return {kind: counts[kind] for kind in ("offered", "over", "accepted", "done")}
