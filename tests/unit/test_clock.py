"""The time comes from one place, and is aware UTC."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import Clock, SystemClock
from tests.fakes import FrozenClock


def test_the_machines_clock_says_aware_utc():
    before = SystemClock().now()
    after = SystemClock().now()
    assert before.utcoffset() == timedelta(0)
    assert before <= after


def test_a_frozen_clock_moves_only_when_told_to(clock: FrozenClock):
    ticking: Clock = clock
    start = ticking.now()
    assert ticking.now() == start
    clock.advance(minutes=15)
    assert ticking.now() - start == timedelta(minutes=15)
    assert ticking.now().utcoffset() == timedelta(0)
