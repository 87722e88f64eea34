"""One Parley as a process of its own: a small help center, limits out of the way, a log to read, a figure to ask."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from tests.servers import Server, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = ROOT / ".cache" / "test-index"
EMAIL = "amir@caravan.example"
PASSWORD = "a long enough password"
ENTRIES = {
    "shipping/track": (
        "Where is my parcel?",
        ("track my parcel", "my parcel has not arrived", "where is my order"),
        "Open **My orders** and choose *Track*.",
    ),
    "returns/start": (
        "How do I return something?",
        ("I want to send it back", "I want to return a jacket", "how do returns work"),
        "Choose *Return* beside the order.",
    ),
    "refunds/time": (
        "When do I get my money back?",
        ("my refund has not come", "where is my refund", "when is the money back"),
        "A refund takes five days.",
    ),
    "payments/paypal": (
        "Can I pay with PayPal?",
        ("do you take paypal", "is paypal accepted", "pay by paypal"),
        "Yes, choose it at the checkout.",
    ),
}
QUESTIONS = tuple(variant for _title, variants, _body in ENTRIES.values() for variant in variants)


def write_help_center(folder: Path) -> Path:
    """Write a help center that loads in no time; faults do not depend on what is answered."""
    for entry, (title, variants, body) in ENTRIES.items():
        path = folder / f"{entry}.en.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(f'  - "{variant}"\n' for variant in variants)
        path.write_text(f'---\ntitle: "{title}"\nvariants:\n{lines}---\n\n{body}\n', encoding="utf-8")
    return folder


class Shop(Server):
    """`parley serve` on a free port; `plants` are names out of planted.py."""

    def __init__(
        self,
        folder: Path,
        database_url: str,
        *,
        plants: Sequence[str] = (),
        kb: Path | None = None,
        core: int | None = None,
        open_files: int | None = None,
        workers: int = 1,
        **settings: object,
    ) -> None:
        super().__init__(folder)
        self.plants = tuple(plants)
        self.workers = workers
        self.database_url = database_url
        self.cookie = ""
        self._core = core
        self._open_files = open_files
        CACHE.mkdir(parents=True, exist_ok=True)
        plenty = {"messages_per_minute": 60_000, "connections_per_address": 100_000, "connections": 100_000}
        known = {"kb": kb or write_help_center(folder / "kb"), "cache": CACHE, "database_url": database_url}
        inherited = os.environ  # noqa: TID251  # passed on
        self.environment = {
            **{name: value for name, value in inherited.items() if not name.startswith("PARLEY_")},
            "PYTHONPATH": str(ROOT),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            **{f"PARLEY_{name.upper()}": str(value) for name, value in {**known, **plenty, **settings}.items()},
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def door(self) -> str:
        """Return the address to which the next one connects."""
        return self.url

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def command(self) -> list[str]:
        if self.plants:
            return [sys.executable, "-m", "tests.faults.planted", str(self.port), str(self.workers), *self.plants]
        return [sys.executable, "-m", "bot", "serve", "--port", str(self.port), "--workers", str(self.workers)]

    def is_ready(self) -> bool:
        return self.get("/healthz")[0] == 200

    def get(self, path: str, *, seconds: float = 2.0) -> tuple[int, str]:
        """Return status and body; status 0 when there is no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def spawn(self, command: Sequence[str], **options: object) -> subprocess.Popen[bytes]:
        if self._open_files is not None:
            command = ["prlimit", f"--nofile={self._open_files}", "--", *command]
        if self._core is not None:
            command = ["taskset", "-c", str(self._core), *command]
        return super().spawn(command, env=self.environment, **options)

    def figure(self, name: str) -> float:
        """Return a figure of /metrics, summed over its labels."""
        found = re.findall(rf"^{name}(?:{{[^}}]*}})? ([0-9.e+-]+)$", self.get("/metrics")[1], re.MULTILINE)
        return sum(map(float, found))

    def whole_log(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")

    def log_size(self) -> int:
        """Return bytes."""
        return (self.folder / "server.log").stat().st_size

    def kill(self) -> None:
        """End it without warning, all of its processes at once: one that stands still would outlive its parent."""
        family = self._family() if self.process is not None else []
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        super().kill()
        psutil.wait_procs(family, timeout=10)

    def _family(self) -> list[psutil.Process]:
        """Return the process and those that it started, itself first."""
        try:
            parent = psutil.Process(self.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def memory(self) -> int:
        """Return resident bytes, of all of its processes."""
        return sum(process.memory_info().rss for process in self._family())

    def connections(self) -> int:
        """Return how many TCP connections clients have to its processes."""
        held = [one for process in self._family() for one in process.net_connections("tcp")]
        return sum(1 for one in held if one.status == psutil.CONN_ESTABLISHED and one.laddr.port == self.port)

    def terminate(self, *, seconds: float) -> tuple[int | None, float]:
        """Send SIGTERM; return the exit code (None: it did not end in time) and the seconds that it took."""
        process, self.process = self.process, None
        assert process is not None
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(seconds), time.monotonic() - started
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return None, time.monotonic() - started

    def sign_in(self) -> str:
        """Make the first admin with the link of the log, sign in, and return the cookie."""
        if not self.cookie:
            wait_until(lambda: "/setup#" in self.whole_log(), seconds=10, what="the set-up link in the log")
            token = re.findall(r"/setup#([A-Za-z0-9_-]+)", self.whole_log())[-1]
            person = {"name": "Amir", "email": EMAIL, "password": PASSWORD}
            self._post("/api/setup", {"token": token, **person})
            self.cookie = self._post("/api/session", {"email": EMAIL, "password": PASSWORD}).split(";")[0]
        return self.cookie

    def _post(self, path: str, body: dict[str, str]) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/json", "X-CSRF": "1", "Origin": self.url}
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        said = answer.read().decode()
        connection.close()
        assert answer.status in (200, 201), f"expected {path} to work, got {answer.status}: {said}"
        return answer.headers.get("Set-Cookie", "")


@contextlib.contextmanager
def opened(shop: Shop) -> Iterator[Shop]:
    """Run the shop as long as the `with` block."""
    shop.folder.mkdir(parents=True, exist_ok=True)
    shop.start()
    try:
        yield shop
    finally:
        shop.kill()
