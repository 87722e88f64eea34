"""The parent of several processes starts again who dies, later and later, passes the end on, and gives up in time."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.shop import within

pytestmark = pytest.mark.timeout(60)
ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import os, select, signal, sys, time
from bot.observability import configure_logging
from bot.server import workers
configure_logging("info")
workers.FIRST_PAUSE, workers.STOP_SECONDS = 0.1, 1.0

def say(place):
    # A whole line at once: two processes speak.
    os.write(1, f"serves {place.number} {os.getpid()} {place.announces}\\n".encode())

def serves(place):
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(1))
    place.say_ready()
    say(place)
    while not stopped and not select.select([place.lifeline], [], [], 0.01)[0]:
        pass
    return 0

def refuses(place):
    return 78

def fails(place):
    raise RuntimeError("broken")

def deaf(place):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    place.say_ready()
    say(place)
    time.sleep(60)

sys.exit(workers.Workers(2, globals()[sys.argv[1]]).run())
"""


SECONDS = 20  # that whatever is waited for may take


class Parent:
    """A parent with two processes, all three of one group: whatever happens to it, none outlives the test."""

    def __init__(self, work: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}  # noqa: TID251  # passed on
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, work],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            process_group=0,
        )
        self._said = b""

    def hears(self) -> tuple[int, int, bool]:
        """Return number, pid and whether it announces, of the next process that serves. Raises TimeoutError."""
        assert self.process.stdout
        until = time.monotonic() + SECONDS
        while b"\n" not in self._said:
            if not select.select([self.process.stdout], [], [], max(0.0, until - time.monotonic()))[0]:
                raise TimeoutError(f"expected a process to serve within {SECONDS} s")
            more = os.read(self.process.stdout.fileno(), 4096)
            assert more, f"expected a process to serve, but all ended; {self.ends()}"
            self._said += more
        line, self._said = self._said.split(b"\n", 1)
        _, number, pid, announces = line.decode().split()
        return int(number), int(pid), announces == "True"

    def ends(self) -> tuple[int, str]:
        """Return exit code and log."""
        _, log = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, log.decode()


@contextmanager
def parent(work: str) -> Iterator[Parent]:
    one = Parent(work)
    try:
        yield one
    finally:
        # The parent alone would leave its processes, which hold its output open.
        with suppress(ProcessLookupError):
            os.killpg(one.process.pid, signal.SIGKILL)
        one.process.communicate(timeout=SECONDS)


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


async def test_without_a_parent_all_see_it():
    with parent("serves") as one:
        pids = [one.hears()[1], one.hears()[1]]
        one.process.kill()
        await within(5, lambda: not any(map(lives, pids)))


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
