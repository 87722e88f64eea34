"""The parent of several processes starts again who dies, later and later, passes the end on, and gives up in time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.shop import within

pytestmark = pytest.mark.timeout(60)
ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import os, signal, sys, time
from bot.observability import configure_logging
from bot.server import workers
configure_logging("info")
workers.FIRST_PAUSE, workers.STOP_SECONDS = 0.1, 1.0

def serves(place):
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(1))
    place.say_ready()
    print(f"serves {place.number} {os.getpid()} {place.announces}", flush=True)
    while not stopped:
        time.sleep(0.01)
    return 0

def refuses(place):
    return 78

def fails(place):
    raise RuntimeError("broken")

def deaf(place):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    place.say_ready()
    print(f"serves {place.number} {os.getpid()} {place.announces}", flush=True)
    time.sleep(60)

sys.exit(workers.Workers(2, globals()[sys.argv[1]]).run())
"""


class Parent:
    """A parent with two processes."""

    def __init__(self, work: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}  # noqa: TID251  # passed on
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, work],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def hears(self) -> tuple[int, int, bool]:
        """Return number, pid and whether it announces, of the next process that serves."""
        assert self.process.stdout
        _, number, pid, announces = self.process.stdout.readline().split()
        return int(number), int(pid), announces == "True"

    def ends(self) -> tuple[int, str]:
        """Return exit code and log."""
        _, log = self.process.communicate(timeout=20)
        return self.process.returncode, log


@contextmanager
def parent(work: str) -> Iterator[Parent]:
    one = Parent(work)
    try:
        yield one
    finally:
        one.process.kill()
        one.process.communicate()


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_who_dies_is_started_again_and_says_nothing_again():
    with parent("serves") as one:
        (number, pid, _), other = sorted([one.hears(), one.hears()])
        assert (number, other[0]) == (0, 1)
        os.kill(pid, signal.SIGKILL)
        started = time.monotonic()
        again = one.hears()
        assert (again[0], again[2]) == (0, False)
        assert time.monotonic() - started >= 0.1
        os.kill(again[1], signal.SIGKILL)
        assert one.hears()[1] != again[1]
        one.process.send_signal(signal.SIGTERM)
        code, log = one.ends()
    assert code == 0
    assert [line.count('"again_in": 0.1') + 2 * line.count('"again_in": 0.2') for line in log.splitlines()][:2] == [
        1,
        2,
    ]


def test_one_announces():
    with parent("serves") as one:
        assert sorted(said[::2] for said in (one.hears(), one.hears())) == [(0, True), (1, False)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_end_is_passed_on(number: signal.Signals):
    with parent("serves") as one:
        pids = [one.hears()[1], one.hears()[1]]
        one.process.send_signal(number)
        assert one.ends()[0] == 0
        assert not any(map(lives, pids))


async def test_who_does_not_end_is_killed():
    with parent("deaf") as one:
        pids = [one.hears()[1], one.hears()[1]]
        started = time.monotonic()
        one.process.send_signal(signal.SIGTERM)
        assert one.ends()[0] == 1
        assert 1.0 <= time.monotonic() - started < 5.0
        await within(5, lambda: not any(map(lives, pids)))


def test_a_wrong_configuration_ends_all_of_it():
    with parent("refuses") as one:
        assert one.ends()[0] == 78


def test_what_never_serves_is_given_up():
    with parent("fails") as one:
        code, log = one.ends()
    assert code == 1
    assert 5 <= log.count("worker_ended") <= 10
    assert "broken" in log
