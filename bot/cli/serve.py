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
from bot.errors import SettingsError
from bot.observability import configure_logging
from bot.server.serving import BACKLOG, run
from bot.server.versions import check_versions
from bot.settings import Settings, read_settings
from bot.store.database import check_writable
from bot.store.schema import upgrade
from bot.text.redact import mask

ANY_HOST = "0.0.0.0"  # noqa: S104  # compared, not bound
DEMO_DATABASE = "sqlite:///parley-demo.db"


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8080,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes; this version runs one.")] = 1,
    demo: Annotated[bool, typer.Option("--demo", help="Open a demo shop with people of its own.")] = False,
) -> None:
    """Start the server: chat, agent console, dashboard and help center."""
    settings = read_settings()
    check_versions()
    if workers > 1:
        raise SettingsError([f"--workers: expected 1, because this version runs one process, got {workers}"])
    if demo and settings.database_url == Settings().database_url:
        settings = read_settings(database_url=DEMO_DATABASE)
    configure_logging(settings.log_level, mask=partial(mask, order_numbers=settings.order_numbers))
    with _listen(host, port) as listener:
        public_url = settings.public_url or f"http://{_shown_host(host)}:{listener.getsockname()[1]}"
        if demo and settings.orders_url is None:
            settings = replace(settings, orders_url=_own_orders(listener), orders_key=secrets.token_urlsafe())
        print("Reading the help center; a new or changed one is learned first (about a minute).", file=sys.stderr)
        parley = _prepare(settings)
        uvloop.run(_serve(parley, listener, public_url, demo=demo))


async def _serve(parley: Parley, listener: socket.socket, public_url: str, *, demo: bool) -> None:
    if not demo:
        await seed.refuse_demo(parley)
        await run(parley, listener, public_url)
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


def _listen(host: str, port: int) -> socket.socket:
    """Take the port first: everything after this costs seconds. Raises SettingsError."""
    listener = None
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, UnicodeError) as error:
        if listener is not None:
            listener.close()
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise SettingsError([f"--port: expected a free port, but {port} is in use; choose another"]) from None
        why = getattr(error, "strerror", None) or "not a host's name"
        raise SettingsError([f"--host: expected an address of this machine, got {host} ({why})"]) from None
    return listener


def _shown_host(host: str) -> str:
    if host in ("0.0.0.0", "::", ""):  # noqa: S104  # compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _prepare(settings: Settings) -> Parley:
    parley = assemble(settings)
    check_writable(parley.store.url)
    upgrade(settings.database_url)
    return parley
