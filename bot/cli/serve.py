"""`parley serve`: the server."""

from __future__ import annotations

import asyncio
import errno
import secrets
import socket
import sys
from dataclasses import replace
from functools import partial
from typing import Annotated

import typer
import uvloop

from bot.bootstrap import Parley, assemble
from bot.demo import history, seed
from bot.demo.orders import PATH as ORDERS_PATH
from bot.demo.orders import order_routes
from bot.errors import FaultsError, ParleyError, SettingsError
from bot.observability import configure_logging
from bot.server.serving import BACKLOG, run
from bot.server.versions import check_versions
from bot.server.workers import Place, Workers
from bot.settings import Settings, read_settings
from bot.store.capacity import check_capacity
from bot.store.database import check_writable
from bot.store.schema import upgrade
from bot.text.redact import mask

ANY_HOST = "0.0.0.0"  # noqa: S104  # nosec B104  # compared, not bound
DEMO_DATABASE = "sqlite:///parley-demo.db"


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8080,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes on the port; more than one need PostgreSQL and Redis.")
    ] = 1,
    demo: Annotated[bool, typer.Option("--demo", help="Open a demo shop with people of its own.")] = False,
) -> None:
    """Start the server: chat, agent console, dashboard and help center."""
    settings = read_settings()
    check_versions()
    if workers > 1:
        _check_fleet(settings, workers, demo=demo)
    check_capacity(settings.database_url, workers)
    if demo and settings.database_url == Settings().database_url:
        settings = read_settings(database_url=DEMO_DATABASE)
    configure_logging(settings.log_level, mask=partial(mask, order_numbers=settings.order_numbers))
    with _listen(host, port) as listener:
        taken = listener.getsockname()[1]
        public_url = settings.public_url or f"http://{_shown_host(host)}:{taken}"
        if demo and settings.orders_url is None:
            settings = replace(settings, orders_url=_own_orders(listener), orders_key=secrets.token_urlsafe())
        print("Reading the help center; a new or changed one is learned first (about a minute).", file=sys.stderr)
        if workers == 1:
            parley = _prepare(settings)
            uvloop.run(_serve(parley, listener, public_url, demo=demo))
            return
    with _reserve(host, taken):
        raise SystemExit(_serve_together(_prepare(settings), workers, host, taken, public_url))


def _check_fleet(settings: Settings, workers: int, *, demo: bool) -> None:
    """Refuse more than one process on what is one process's own. Raises SettingsError with every fault."""
    faults = []
    if demo:
        faults.append(f"--workers: expected 1 with --demo, got {workers}")
    if settings.database_url.startswith("sqlite"):
        faults.append(
            f"--workers: expected PostgreSQL in PARLEY_DATABASE_URL for {workers} processes, found a SQLite file: one"
            " process at a time may write to it, so a second would only wait; parley db copy moves the shop"
        )
    if settings.redis_url is None:
        faults.append(
            f"--workers: expected PARLEY_REDIS_URL, through which {workers} processes tell each other, found none"
        )
    if sys.platform != "linux":
        faults.append("--workers: expected Linux, whose kernel spreads connections over processes; start several here")
    if faults:
        raise SettingsError(faults)


def _serve_together(parley: Parley, workers: int, host: str, port: int, public_url: str) -> int:
    """Serve with several processes until told to stop; return the exit code."""

    def work(place: Place) -> int:
        try:
            with _listen(host, port, shared=True) as listener:
                uvloop.run(_serve(parley, listener, public_url, demo=False, place=place))
        except FaultsError as error:
            print(error, file=sys.stderr)
            return error.exit_code
        except ParleyError as error:  # the database is away
            print(error, file=sys.stderr)
            return SettingsError.exit_code
        return 0

    return Workers(workers, work).run()


async def _serve(
    parley: Parley, listener: socket.socket, public_url: str, *, demo: bool, place: Place | None = None
) -> None:
    if not demo:
        await seed.refuse_demo(parley)
        await run(parley, listener, public_url, place=place)
        return
    sign_in = await seed.seed(parley)
    # The shop opens at once; its past is written beside.
    past = asyncio.create_task(history.seed(parley.store, parley.desk().knowledge))
    try:
        await run(parley, listener, public_url, sign_in, order_routes(parley.settings.orders_key or "", parley.clock))
    finally:
        past.cancel()


def _own_orders(listener: socket.socket) -> str:
    """Return where the demo's own order service is: at this very server."""
    host, port = listener.getsockname()[:2]
    return f"http://{'127.0.0.1' if host == ANY_HOST else f'[{host}]' if ':' in host else host}:{port}{ORDERS_PATH}"


def _listen(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Take the port first: everything after this costs seconds. `shared`: beside this server's other processes.

    Raises SettingsError.
    """
    listener = _bind(host, port, shared=shared)
    listener.listen(BACKLOG)
    return listener


def _reserve(host: str, port: int) -> socket.socket:
    """Keep the port for this server's processes, without listening. Raises SettingsError."""
    return _bind(host, port, shared=True)


def _bind(host: str, port: int, *, shared: bool) -> socket.socket:
    bound = None
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind((host, port))
        if not shared:
            bound.listen(BACKLOG)  # it is this that says whether somebody else has it
    except (OSError, UnicodeError) as error:
        if bound is not None:
            bound.close()
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise SettingsError([f"--port: expected a free port, but {port} is in use; choose another"]) from None
        why = getattr(error, "strerror", None) or "not a host's name"
        raise SettingsError([f"--host: expected an address of this machine, got {host} ({why})"]) from None
    return bound


def _shown_host(host: str) -> str:
    if host in (ANY_HOST, "::", ""):
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _prepare(settings: Settings) -> Parley:
    parley = assemble(settings)
    check_writable(parley.store.url)
    upgrade(settings.database_url)
    return parley
