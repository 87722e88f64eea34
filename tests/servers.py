"""Real servers for tests: PostgreSQL and Redis from the machine's packages, on free ports.

Each has a folder of its own and lives as long as its `with` block. Should the test process be killed instead,
the server goes with it, and the folder is removed by the next run.
"""

from __future__ import annotations

import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.folders import server_folder, unprivileged_user

DEBIAN_PACKAGES = {
    "chromium": "chromium",
    "chromium-headless-shell": "chromium-headless-shell",
    "postgres": "postgresql",
    "redis-server": "redis-server",
}
"""The Debian package that brings each program."""

START_SECONDS = 60.0  # a loaded machine needs a few; past this the server's own log is shown
STOP_SECONDS = 30.0
_POSTGRES_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_POSTGRES_DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
_POSTGRES_SETTINGS = (
    "shared_buffers=32MB",
    "unix_socket_directories=",
    "log_statement=none",
)


class MissingProgramError(Exception):
    """A program is not on this machine; the message names its Debian package."""

    def __init__(self, program: str) -> None:
        super().__init__(f"{program} is not on this machine: apt-get install {DEBIAN_PACKAGES[program]}")


def find_program(name: str) -> Path | None:
    """Return where a program of DEBIAN_PACKAGES is, or None; Debian keeps PostgreSQL's off the PATH."""
    if name == "postgres":
        for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
            if (folder / name).exists() and (folder / "initdb").exists():
                return folder / name
    found = shutil.which(name)
    return Path(found) if found else None


def _need(name: str) -> Path:
    found = find_program(name)
    if found is None:
        raise MissingProgramError(name)
    return found


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(ready: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Ask every 20 ms until `ready`; raises TimeoutError naming `what`."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"expected {what} within {seconds:g} s")
        time.sleep(0.02)


def accepts(port: int) -> bool:
    """Whether something listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Server:
    """One server process with a folder and a port; subclasses say how it is prepared, started and asked."""

    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path, user: str | None = None) -> None:
        self.folder = folder
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._user = user

    def command(self) -> list[str]:
        """Return the command that runs the server in the foreground."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Whether the server answers its own protocol."""
        raise NotImplementedError

    def start(self) -> None:
        """Start, or start again on the same port and folder; returns when the server answers."""
        for attempt in range(3):
            self.port = self.port or free_port()
            with (self.folder / "server.log").open("ab") as log:
                self.process = self.spawn(self.command(), stdout=log, stderr=log)
            try:
                wait_until(self._answers_or_ended, seconds=START_SECONDS, what=f"{self.folder.name} to answer")
            except TimeoutError as error:
                self.kill()
                raise RuntimeError(f"{error}; its log:\n{self.log()}") from error
            if self.process.poll() is None:
                return
            # Somebody may have taken the port between finding and using it.
            if attempt == 2 or "in use" not in self.log():
                raise RuntimeError(f"{self.folder.name} ended at once; its log:\n{self.log()}")
            self.port = 0

    def stop(self) -> None:
        """Ask it to end, and wait; a server that does not is killed."""
        self._end(self.stop_signal)

    def kill(self) -> None:
        """End it without warning, as a power cut would."""
        self._end(signal.SIGKILL)

    def log(self) -> str:
        """Return the end of its log."""
        path = self.folder / "server.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def spawn(self, command: Sequence[str], **options: object) -> subprocess.Popen[bytes]:
        """Start a process as this server's user; it ends when the test process does."""
        if setpriv := shutil.which("setpriv"):
            command = [setpriv, "--pdeathsig", "KILL", *self._as_user(), "--", *command]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, cwd=self.folder, **options)

    def _as_user(self) -> list[str]:
        if self._user is None:
            return []
        account = pwd.getpwnam(self._user)
        return [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]

    def _answers_or_ended(self) -> bool:
        assert self.process is not None
        return self.process.poll() is not None or (accepts(self.port) and self.is_ready())

    def _end(self, with_signal: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(with_signal)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class PostgresServer(Server):
    """A PostgreSQL cluster; `fsync` makes it as durable as in production (kill tests), and slower."""

    stop_signal = signal.SIGINT  # "fast": does not wait for clients

    def __init__(
        self, folder: Path, *, fsync: bool = False, connections: int = 120, settings: Sequence[str] = ()
    ) -> None:
        super().__init__(folder, unprivileged_user())
        self._programs = _need("postgres").parent
        most = f"max_connections={connections}"
        self._settings = (*_POSTGRES_SETTINGS, most, *(_POSTGRES_DURABLE if fsync else _POSTGRES_FAST), *settings)

    def prepare(self) -> None:
        """Make the cluster; the superuser is `parley`, without a password."""
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "parley", "-A", "trust", "-E", "UTF8", "-N")

    def command(self) -> list[str]:
        settings = [part for setting in self._settings for part in ("-c", setting)]
        postgres = str(self._programs / "postgres")
        return [postgres, "-D", str(self.folder / "data"), "-h", "127.0.0.1", "-p", str(self.port), *settings]

    def is_ready(self) -> bool:
        asked = [str(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode == 0

    def create_database(self, template: str = "template1") -> str:
        """Return the URL of a new database: empty, or a copy of one to which nobody is connected."""
        name = f"test_{secrets.token_hex(6)}"
        self._run("createdb", "-T", template, "-h", "127.0.0.1", "-p", str(self.port), "-U", "parley", name)
        return f"postgresql+asyncpg://parley@127.0.0.1:{self.port}/{name}"

    def drop_database(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        name = url.rsplit("/", 1)[1]
        self._run("dropdb", "--force", "-h", "127.0.0.1", "-p", str(self.port), "-U", "parley", name)

    def ask(self, url: str, query: str) -> str:
        """Return what psql prints for a query, bare."""
        return self._run("psql", "-AtX", "-c", query, url.replace("+asyncpg", ""))

    def _run(self, program: str, *arguments: str) -> str:
        process = self.spawn([str(self._programs / program), *arguments], stdout=-1, stderr=-2)
        said, _ = process.communicate(timeout=START_SECONDS)
        if process.returncode:
            raise RuntimeError(f"{program} failed:\n{said.decode(errors='replace')[-3000:]}")
        return str(said.decode())


class RedisServer(Server):
    """A Redis server; `fsync` writes every change to an append-only file before it answers."""

    def __init__(self, folder: Path, *, fsync: bool = False) -> None:
        super().__init__(folder)
        self._program = str(_need("redis-server"))
        self._durable = ["--appendonly", "yes", "--appendfsync", "always"] if fsync else ["--appendonly", "no"]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        where = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder)]
        return [self._program, *where, "--save", "", *self._durable]

    def is_ready(self) -> bool:
        return self.ask("PING") == "+PONG"

    def flush(self) -> None:
        """Forget everything."""
        self.ask("FLUSHALL")

    def ask(self, command: str) -> str:
        """Send one inline command and return the first line of the answer."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5.0) as connection:
                connection.sendall(f"{command}\r\n".encode())
                return connection.recv(4096).decode().split("\r\n", 1)[0]
        except OSError as error:
            return f"-{error}"


@contextmanager
def postgres_server(*, fsync: bool = False, connections: int = 120) -> Iterator[PostgresServer]:
    """Run PostgreSQL; raises MissingProgramError where there is none."""
    with server_folder("postgres", unprivileged_user()) as folder:
        server = PostgresServer(folder, fsync=fsync, connections=connections)
        server.prepare()
        with _running(server):
            yield server


@contextmanager
def redis_server(*, fsync: bool = False) -> Iterator[RedisServer]:
    """Run Redis; raises MissingProgramError where there is none."""
    with server_folder("redis", None) as folder:
        server = RedisServer(folder, fsync=fsync)
        with _running(server):
            yield server


@contextmanager
def _running(server: Server) -> Iterator[None]:
    server.start()
    try:
        yield
    finally:
        server.stop()
