"""`parley serve`: the server."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import signal
import socket
import sys
from typing import Annotated

import typer
import uvloop
from aiohttp import web

from bot.bootstrap import Parley, assemble
from bot.demo import seed
from bot.errors import SettingsError
from bot.observability import configure_logging
from bot.server.app import make_app
from bot.server.identity import is_loopback
from bot.settings import Settings, read_settings
from bot.store.database import check_writable
from bot.store.schema import upgrade

logger = logging.getLogger(__name__)

DRAIN_SECONDS = 10.0
BACKLOG = 2048  # a reconnect storm knocks all at once
DEMO_DATABASE = "sqlite:///parley-demo.db"


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8080,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes; more than one needs PostgreSQL and Redis.")
    ] = 1,
    demo: Annotated[bool, typer.Option("--demo", help="Open a demo shop with people and history of its own.")] = False,
) -> None:
    """Start the server: chat, agent console, dashboard and help center."""
    settings = read_settings()
    if workers > 1:
        raise SettingsError([f"--workers: expected 1, because this version runs one process; got {workers}"])
    if demo and settings.database_url == Settings().database_url:
        settings = read_settings(database_url=DEMO_DATABASE)
    configure_logging(settings.log_level)
    listener = _listen(host, port)
    public_url = settings.public_url or f"http://{_shown_host(host)}:{listener.getsockname()[1]}"
    _check_public(settings)
    parley = _prepare(settings)
    uvloop.run(_serve(parley, listener, public_url, demo=demo))


def _listen(host: str, port: int) -> socket.socket:
    """Take the port first: everything after this costs seconds. Raises SettingsError."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError([f"--port: expected a free port, but {port} is in use; choose another"]) from None
        raise SettingsError([f"--host: expected an address of this machine, got {host} ({error.strerror})"]) from None
    return listener


def _shown_host(host: str) -> str:
    if host in ("0.0.0.0", "::", ""):  # noqa: S104  # compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _check_public(settings: Settings) -> None:
    """Refuse a public address over which passwords would travel in the clear."""
    url = settings.public_url
    if url and url.startswith("http://") and not is_loopback(url.removeprefix("http://").rsplit(":", 1)[0].strip("[]")):
        raise SettingsError([f"PARLEY_PUBLIC_URL: expected https:// (http:// only for this machine), got {url}"])


def _prepare(settings: Settings) -> Parley:
    parley = assemble(settings)
    check_writable(parley.store.url)
    upgrade(settings.database_url)
    return parley


async def _serve(parley: Parley, listener: socket.socket, public_url: str, *, demo: bool) -> None:
    people = await seed.seed(parley) if demo else None
    if not demo:
        await seed.refuse_demo(parley)
    await parley.agents.nobody_is_there()
    await _publish(parley)
    app = make_app(parley, public_url, demo=people)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAIN_SECONDS, handle_signals=False)
    await runner.setup()
    await web.SockSite(runner, listener, backlog=BACKLOG).start()
    await _announce(parley, public_url, people)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(name, stop.set)
    await stop.wait()
    logger.info("stopping")
    await runner.cleanup()


async def _publish(parley: Parley) -> None:
    """Keep the served version's number, which every decision names."""
    knowledge = parley.desk().knowledge
    content = {"entries": len(knowledge.ids), "languages": list(knowledge.languages)}
    await parley.store.write(lambda tx: tx.publications.publish(knowledge.version, content, tx.now))


async def _announce(parley: Parley, public_url: str, people: dict[str, object] | None) -> None:
    """Say on standard output where everything is."""
    knowledge = parley.desk().knowledge
    lines = [
        "Parley is ready.",
        *([f"  shop page   {public_url}/"] if people is not None else []),
        f"  chat page   {public_url}/chat",
        f"  help center {public_url}/help/",
        f"  console     {public_url}/agent",
        f"  dashboard   {public_url}/dashboard",
        f"  KB          {parley.kb_folder}  ({len(knowledge.ids)} entries, {', '.join(knowledge.languages)})",
        f"  database    {parley.store.url.render_as_string(hide_password=True)}",
    ]
    if people is not None:
        lines.append(f"  sign in as  {people['email']}  password  {people['password']}  (demo only)")
    elif token := await parley.agents.setup_token():
        lines.append("  Nobody can sign in yet. Make the first admin with this one-time link (72 hours):")
        lines.append(f"  {public_url}/setup#{token}")
    if public_url.startswith("http://"):
        lines.append("  Plain http: fine on this machine; for others put a proxy with https before it (README).")
    print("\n".join(lines), flush=True)
    sys.stdout.flush()
