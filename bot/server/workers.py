"""`--workers N`: a parent that keeps the port and starts processes, each of which serves it by itself.

The kernel spreads who connects over them. The parent has read the help center before it starts them, so its index is
in memory once. It serves nothing: it starts again who dies, later and later, and passes on that all shall stop.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

logger = logging.getLogger(__name__)

STOP_SECONDS = 10.0  # that processes have to finish what is in hand
FIRST_PAUSE = 0.5  # seconds until a process that died is started again; then twice as long, and so on
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0  # a process that lived so long starts again at once
MOST_FAILURES = 5  # in a row, while none has served yet
CONFIGURATION = 78
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)


@dataclass(frozen=True, slots=True)
class Place:
    """Which of how many processes one is."""

    number: int
    count: int
    announces: bool
    """Whether it says where everything is: one does."""
    folder: Path
    """Where the processes of this port ask one another."""
    lifeline: int
    """Ends when the parent does."""
    ready: int
    """Written to once it serves."""

    def say_ready(self) -> None:
        """Tell the parent that this process serves; one that is gone has ended the lifeline, too."""
        with contextlib.suppress(OSError):
            os.write(self.ready, b"1")


@dataclass(slots=True)
class _Worker:
    number: int
    pid: int = 0
    ready: int = -1
    served: bool = False
    started_at: float = 0.0
    failures: int = 0
    due_at: float | None = 0.0


@dataclass
class Workers:
    """Keeps `count` processes running `work`, which returns an exit code, until told to stop."""

    count: int
    work: Callable[[Place], int]
    _workers: list[_Worker] = field(default_factory=list)
    _folder: Path = field(init=False)
    _lifeline: tuple[int, int] = field(init=False)
    _announced: bool = False

    def run(self) -> int:
        """Return the exit code: 0 when every process finished what it had in hand."""
        self._workers = [_Worker(number) for number in range(self.count)]
        self._folder = Path(tempfile.mkdtemp(prefix="parley-"))
        self._lifeline = os.pipe()
        gc.collect()
        gc.freeze()  # what is here stays shared: a collection would write to all of it, in every process
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            return self._watch()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            shutil.rmtree(self._folder, ignore_errors=True)

    def _watch(self) -> int:
        while True:
            for worker in self._workers:
                if worker.due_at is not None and worker.due_at <= time.monotonic():
                    self._start(worker)
            due = [worker.due_at - time.monotonic() for worker in self._workers if worker.due_at is not None]
            got = signal.sigtimedwait(_SIGNALS, max(0.0, min(due, default=3600.0)))
            if got is not None and got.si_signo != signal.SIGCHLD:
                return self._stop()
            if (code := self._reap()) is not None:
                self._stop()
                return code

    def _start(self, worker: _Worker) -> None:
        ready, told = os.pipe()
        os.set_blocking(ready, False)
        announces = worker.number == 0 and not self._announced
        place = Place(worker.number, self.count, announces, self._folder, self._lifeline[0], told)
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            self._be(place)
        os.close(told)
        worker.pid, worker.ready, worker.served = pid, ready, False
        worker.started_at, worker.due_at = time.monotonic(), None

    def _be(self, place: Place) -> None:
        """Be the process: work, and end without what the parent would do at its end."""
        code = 1
        try:
            os.close(self._lifeline[1])
            for other in self._workers:
                if other.ready >= 0:
                    os.close(other.ready)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            code = self.work(place)
        except BaseException:
            logger.exception("worker_failed")
        finally:
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _reap(self) -> int | None:
        """Note who ended and when to start them again; return an exit code when there is no use in going on."""
        for worker in self._workers:
            if not worker.pid:
                continue
            pid, status = os.waitpid(worker.pid, os.WNOHANG)
            self._look_whether_it_serves(worker)
            if not pid:
                continue
            code = os.waitstatus_to_exitcode(status)
            steady = time.monotonic() - worker.started_at > STEADY_SECONDS
            worker.failures = 1 if steady else worker.failures + 1
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (worker.failures - 1))
            self._forget(worker, due_at=time.monotonic() + pause)
            logger.error("worker_ended", extra={"number": worker.number, "code": code, "again_in": pause})
            if not self._announced and (code == CONFIGURATION or worker.failures >= MOST_FAILURES):
                return code if code > 0 else 1
        return None

    def _look_whether_it_serves(self, worker: _Worker) -> None:
        with contextlib.suppress(BlockingIOError):
            worker.served = worker.served or bool(os.read(worker.ready, 1))
        self._announced = self._announced or (worker.served and worker.number == 0)

    def _forget(self, worker: _Worker, *, due_at: float | None) -> None:
        os.close(worker.ready)
        worker.pid, worker.ready, worker.due_at = 0, -1, due_at

    def _stop(self) -> int:
        """Ask all to end, and wait; who does not is killed. Return 0 when none had to be."""
        logger.info("stopping", extra={"processes": sum(1 for worker in self._workers if worker.pid)})
        for worker in self._workers:
            if worker.pid:
                os.kill(worker.pid, signal.SIGTERM)
        until, clean = time.monotonic() + STOP_SECONDS, True
        while any(worker.pid for worker in self._workers):
            late = time.monotonic() > until
            for worker in self._workers:
                if not worker.pid:
                    continue
                if late:
                    os.kill(worker.pid, signal.SIGKILL)
                pid, status = os.waitpid(worker.pid, 0 if late else os.WNOHANG)
                if pid:
                    clean = clean and os.waitstatus_to_exitcode(status) in (0, -signal.SIGTERM)
                    self._forget(worker, due_at=None)
            signal.sigtimedwait((signal.SIGCHLD,), 0.05)
        return 0 if clean else 1
