"""When nobody can come: what the shopper is told, on their own clock, and that it may be asked for all the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Agent, Shopper
from tests.shop import Shop

# The clock stands on Monday, 2 March 2026, 12:00 UTC.
DAY = [["09:00", "17:00"]]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY)
MADRID = {"time_zone": "Europe/Madrid", "week": WEEK, "holidays": []}


def hours(week: dict[str, list[list[str]]], *holidays: str) -> dict[str, object]:
    """Return a timetable in Madrid, where it is 13:00."""
    return {**MADRID, "week": week, "holidays": [{"date": day, "name": "Fiesta"} for day in holidays]}


OVER_FOR_TODAY = hours({**WEEK, "mon": [["09:00", "12:00"]]})
BREAK = hours({"mon": [["09:00", "12:00"], ["16:00", "20:00"]]})
TILL_THURSDAY = hours({"thu": DAY})
HOLIDAYS = hours(WEEK, "2026-03-02", "2026-03-03", "2026-03-04")

SAID = [
    (OVER_FOR_TODAY, "en-US", "Europe/Madrid", "back tomorrow at 9:00\u202fAM.", "2026-03-03T08:00:00.000Z"),
    (OVER_FOR_TODAY, "en-GB", "Europe/London", "back tomorrow at 08:00.", "2026-03-03T08:00:00.000Z"),
    (OVER_FOR_TODAY, "en-US", "America/New_York", "back tomorrow at 3:00\u202fAM.", "2026-03-03T08:00:00.000Z"),
    # On Kiritimati it is Tuesday already, two in the morning.
    (OVER_FOR_TODAY, "en-US", "Pacific/Kiritimati", "back today at 10:00\u202fPM.", "2026-03-03T08:00:00.000Z"),
    (OVER_FOR_TODAY, "en-US", None, "back tomorrow at 9:00\u202fAM (Europe/Madrid).", "2026-03-03T08:00:00.000Z"),
    (OVER_FOR_TODAY, "en-US", "No/Where", "back tomorrow at 9:00\u202fAM (Europe/Madrid).", "2026-03-03T08:00:00.000Z"),
    (BREAK, "es-ES", "Europe/Madrid", "vuelve hoy a las 16:00.", "2026-03-02T15:00:00.000Z"),
    (OVER_FOR_TODAY, "es-ES", "Europe/Madrid", "vuelve mañana a las 9:00.", "2026-03-03T08:00:00.000Z"),
    (TILL_THURSDAY, "es-ES", "Europe/Madrid", "vuelve el jueves, 5 de marzo, a las 9:00.", "2026-03-05T08:00:00.000Z"),
    (TILL_THURSDAY, "fr-FR", "Europe/Paris", "de retour le jeudi 5 mars à 09:00.", "2026-03-05T08:00:00.000Z"),
    (HOLIDAYS, "en-US", "Europe/Madrid", "back on Thursday, March 5 at 9:00\u202fAM.", "2026-03-05T08:00:00.000Z"),
    (hours({}), "en-US", "Europe/Madrid", "Nobody of our team is here right now.", None),
    (MADRID, "fr-FR", "Europe/Paris", "Personne de notre équipe n'est là", None),
    (None, "es-ES", None, "Ahora mismo no hay nadie", None),
]


@pytest.mark.parametrize("case", SAID, ids=[case[3] for case in SAID])
async def test_shopper_is_told_when_people_are_back(shop: Shop, case: tuple[Any, ...]):
    timetable, locale, time_zone, words, back_at = case
    await shop.set_up(hours=timetable)
    carol = await Shopper(shop).comes(locale=locale, **({"time_zone": time_zone} if time_zone else {}))
    assert carol.settings["people"] == {"open": False, "back_at": back_at}
    place = await carol.waits()
    assert (place["position"], place["wait_seconds"], place["away"]) == (1, None, {"back_at": back_at})
    (said,) = await carol.sees()
    assert (said["author"], said["decision"], words in said["text"]) == ("bot", "handoff", True), said["text"]
    assert await carol.status() == "waiting"
    await carol.leave()


async def test_who_is_there_counts_whatever_the_hour(shop: Shop, amir: Agent):
    await shop.set_up(hours=OVER_FOR_TODAY)
    await amir.goes("online")
    carol = await Shopper(shop).comes(locale="en-US")
    assert carol.settings["people"] == {"open": True, "back_at": None}
    assert (await carol.waits())["away"] is None
    assert "asking a colleague" in (await carol.sees())[0]["text"]
    await amir.is_offered(carol)
    await carol.leave()


async def test_shopper_who_waits_is_told_when_somebody_comes_and_when_the_last_one_goes(carol: Shopper, amir: Agent):
    assert (await carol.waits())["away"] == {"back_at": None}
    await amir.goes("away")
    await carol.hears_of("handoff_updated", lambda told: told["away"] is None)
    heard = len(carol.heard)
    await amir.goes("offline")
    await carol.hears_of("handoff_updated", lambda told: told["away"], after=heard)


async def test_team_has_hours_of_its_own(shop: Shop):
    await shop.set_up(
        hours=MADRID,
        teams=[{"name": "Payments", "topics": ["payments"], "hours": TILL_THURSDAY}],
    )
    carol = await Shopper(shop).comes(locale="en-US", time_zone="Europe/Madrid")
    await carol.asked("what payment methods do you take")
    assert (await carol.waits())["away"] == {"back_at": "2026-03-05T08:00:00.000Z"}
    await carol.leave()
