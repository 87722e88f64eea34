"""Reads which reports go out by mail."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from bot.connectors.mail import one_address
from bot.domain.schedules import MOST_RECIPIENTS, MOST_SCHEDULES, Every, Schedule
from bot.locale.negotiate import LANGUAGES
from bot.services.hours_reading import HoursReading

NOT_EVERY = "Expected one of {known}, got {found}."
NO_REPORT_LANGUAGE = "Reports are written in {known}, got {found}."
NOT_AN_ADDRESS = "Expected an e-mail address such as zoe@shop.example, got {found}."
TOO_MANY = "Expected 1 to {most} of them."


class ReportsReading(HoursReading):
    """Notes what is wrong with reports."""

    def reports(self, value: object, current: Sequence[Schedule]) -> Iterator[Schedule]:
        known = {one.id: one for one in current}
        ids: set[Hashable] = set()
        for number, (where, item) in enumerate(self.items(value, "reports")):
            if number == MOST_SCHEDULES:
                self.fault("reports", TOO_MANY, most=MOST_SCHEDULES)
            names = ("every", "recipients", "language", "time_zone")
            fields = self.fields(item, where, ("id", *names), names)
            if len(fields.keys() & set(names)) < len(names):
                continue
            every = self._every(fields["every"], f"{where}.every")
            recipients = tuple(self._recipients(fields["recipients"], f"{where}.recipients"))
            language = self._report_language(fields["language"], f"{where}.language")
            zone = self.zone(fields["time_zone"], f"{where}.time_zone")
            told = (every, recipients, language, zone)
            same = (s.id for s in known.values() if (s.every, s.recipients, s.language, s.time_zone) == told)
            schedule_id = self.identity(fields, where, known, next((one for one in same if one not in ids), None))
            self.once(ids, schedule_id, f"{where}.id", schedule_id)
            yield Schedule(schedule_id, *told)

    def _every(self, value: object, path: str) -> Every:
        if value not in list(Every):
            self.fault(path, NOT_EVERY, known=", ".join(Every), found=str(value)[:20])
            return Every.WEEK
        return Every(str(value))

    def _recipients(self, value: object, path: str) -> Iterator[str]:
        seen: set[Hashable] = set()
        items = list(self.items(value, path))
        if not 1 <= len(items) <= MOST_RECIPIENTS:
            self.fault(path, TOO_MANY, most=MOST_RECIPIENTS)
        for where, item in items:
            address = str(item).strip().lower()
            try:
                one_address(address)
            except ValueError:
                self.fault(where, NOT_AN_ADDRESS, found=address[:254])
            self.once(seen, address, where, address)
            yield address

    def _report_language(self, value: object, path: str) -> str:
        if value not in LANGUAGES:
            self.fault(path, NO_REPORT_LANGUAGE, found=str(value)[:20], known=", ".join(LANGUAGES))
        return str(value)
