"""The steps of `tests/run`: commands that are timed, shown, remembered, and never outlive the run."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

OUTCOMES = ("passed", "failed", "skipped")


@dataclass(frozen=True)
class Result:
    """How one step went; `counts` are its tests by outcome."""

    name: str
    seconds: float
    ok: bool
    remark: str
    counts: Mapping[str, int] = field(default_factory=dict)


class Runner:
    """Runs steps, prints what they say, remembers how they went."""

    def __init__(self, folder: Path, environment: Callable[[], Mapping[str, str]], *, limit: int) -> None:
        self.results: list[Result] = []
        self._folder = folder
        self._environment = environment
        self._limit = limit  # seconds: what hangs is killed and reported
        self._printing = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._ended = False
        self._started = time.monotonic()

    def seconds(self) -> float:
        """Return how long it has run."""
        return time.monotonic() - self._started

    def step(
        self, name: str, *command: object, cwd: Path | None = None, live: bool = False, needed: bool = True
    ) -> bool:
        """Run one command; its output is shown as it comes (`live`) or, when it fails, at its end.

        What is not `needed` may fail: that is said and goes into no verdict.
        """
        if self._ended:
            return False
        self.say(f"--- {name}")
        started = time.monotonic()
        try:
            process = self._start([str(part) for part in command], cwd or self._folder)
        except OSError as error:
            return self._note(Result(name, 0.0, ok=not needed, remark=str(error)))
        alarm = threading.Timer(self._limit, self._kill, [process])
        alarm.daemon = True
        alarm.start()
        lines: list[str] = []
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if live:
                self.say(lines[-1])
        code = process.wait()
        in_time = alarm.is_alive()
        alarm.cancel()
        self._running.discard(process)
        if code and not live:
            self.say("\n".join(lines))
        counts = counts_in(lines)
        remark = ", ".join(f"{number} {name}" for name, number in counts.items()) or closing_line(lines)
        if not in_time:
            remark = f"killed after {self._limit} s"
        if code and not needed:
            remark = f"went on without: {remark}"
        seconds = time.monotonic() - started
        return self._note(Result(name, seconds, ok=code == 0 or not needed, remark=remark, counts=counts))

    def leave_out(self, name: str, why: str) -> None:
        self.results.append(Result(name, 0.0, ok=True, remark=f"left out: {why}"))

    def say(self, text: str) -> None:
        with self._printing:
            print(text, flush=True)

    def end_all(self) -> None:
        """Kill what still runs, its children too, and start nothing more."""
        self._ended = True
        for process in tuple(self._running):
            self._kill(process)

    def _start(self, command: list[str], cwd: Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(self._environment()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._running.add(process)
        return process

    def _note(self, result: Result) -> bool:
        self.results.append(result)
        self.say(f"{'ok' if result.ok else 'FAILED'}  {result.name}  {result.seconds:.1f} s  {result.remark}")
        return result.ok

    @staticmethod
    def _kill(process: subprocess.Popen[str]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def closing_line(lines: Sequence[str]) -> str:
    """Return the last line that says something, without pytest's frame."""
    said = (line.strip("= ") for line in reversed(lines) if line.strip("=- |"))
    return next((line for line in said if not line.startswith(("WARNING:", "npm warn", "[*]", "No fixes"))), "")


def counts_in(lines: Sequence[str]) -> dict[str, int]:
    """Return the outcomes that pytest or Node's test runner (`# pass 12`) counted in its last lines."""
    if re.search(r"(passed|failed|skipped|errors?|deselected|ran)\b.* in [\d.]+s", closing_line(lines)):
        pairs = re.findall(r"(\d+) (passed|failed|skipped|error)", closing_line(lines))
    else:
        names = {"pass": "passed", "fail": "failed", "skipped": "skipped"}
        found = re.findall(r"^[^a-z] (pass|fail|skipped) (\d+)$", "\n".join(lines[-15:]), re.MULTILINE)
        pairs = [(number, names[name]) for name, number in found]
    counts: dict[str, int] = {}
    for number, name in pairs:
        outcome = "failed" if name == "error" else name
        counts[outcome] = counts.get(outcome, 0) + int(number)
    return counts
