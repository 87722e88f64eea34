"""When a mail is tried again, and when that ends."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.mails import GIVE_UP_AFTER, Mail, MailKind, MailStatus, next_attempt
from tests.fakes import NOON


def mail(attempts: int) -> Mail:
    kind, status = MailKind.CODE, MailStatus.QUEUED
    words = {"email": "a@x.example", "language": "en", "subject": "s", "text": "t", "message_id": "<1@x.example>"}
    none: dict[str, None] = {"ticket_id": None, "answers": None, "refusal": None}
    return Mail(
        id="1", conversation_id="2", kind=kind, status=status, attempts=attempts, at=NOON, due_at=NOON, **words, **none
    )


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 180), (6, 360), (7, 360), (100, 360)]
)
def test_each_attempt_waits_longer(attempts: int, minutes: int):
    assert next_attempt(mail(attempts), NOON) == NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(23, NOON + GIVE_UP_AFTER), (23.99, NOON + GIVE_UP_AFTER), (24, None), (30, None)],
)
def test_last_attempt_is_a_day_later(hours: float, expected: datetime | None):
    assert next_attempt(mail(6), NOON + timedelta(hours=hours)) == expected
