"""What the bot says when a person is asked for and nobody can come: when people are back, on the shopper's clock."""

from __future__ import annotations

from datetime import datetime

from bot.locale.catalogs import Catalogs
from bot.locale.times import moment, zone_of

NOBODY = "Nobody of our team is here right now. You can leave a message with your e-mail address, or wait here."
TODAY = "Our team is back today at {time}. You can leave a message with your e-mail address, or wait here."
TOMORROW = "Our team is back tomorrow at {time}. You can leave a message with your e-mail address, or wait here."
LATER = (
    "Our team is back on {weekday}, {date} at {time}. You can leave a message with your e-mail address, or wait here."
)


def away_text(
    catalogs: Catalogs,
    back_at: datetime | None,
    now: datetime,
    *,
    language: str,
    locale: str,
    time_zone: str | None,
    shop_zone: str | None,
) -> str:
    """Return the sentence; where the shopper's time zone is not known, the time names the shop's."""
    if back_at is None:
        return catalogs.say(language, NOBODY)
    zone = zone_of(time_zone, shop_zone)
    words = moment(back_at, now, zone, language=language, locale=locale)
    time = words.time if str(zone) == time_zone else f"{words.time} ({zone})"
    if words.days < 2:  # noqa: PLR2004  # today and tomorrow
        return catalogs.say(language, TOMORROW if words.days else TODAY, time=time)
    return catalogs.say(language, LATER, weekday=words.weekday, date=words.date, time=time)
