"""Serves the application on a socket until told to stop, and says where everything is."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import socket
from collections.abc import Sequence

from aiohttp import web

from bot.bootstrap import Parley, join
from bot.server.app import make_app
from bot.server.demo_sign_in import DemoSignIn
from bot.server.runner import Runner
from bot.server.siblings import Siblings
from bot.server.workers import Place

logger = logging.getLogger(__name__)

DRAIN_SECONDS = 10.0
COLLECT_AFTER = (50_000, 20, 50)  # allocations; a socket brings many, and few of them in cycles
BACKLOG = 2048  # a reconnect storm knocks all at once


async def run(
    parley: Parley,
    listener: socket.socket,
    public_url: str,
    demo: DemoSignIn | None = None,
    demo_routes: Sequence[web.RouteDef] = (),
    *,
    place: Place | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT (or until the parent is gone), then finish what is in hand."""
    await join(parley)
    siblings = Siblings(place.folder, place.number, place.count) if place else None
    app = make_app(parley, public_url, demo=demo, demo_routes=demo_routes, siblings=siblings)
    # What is built by now stays: without it each full collection stops the loop for a quarter of a second.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    runner = Runner(app, access_log=None, shutdown_timeout=DRAIN_SECONDS, handle_signals=False)
    await runner.setup()
    await web.SockSite(runner, listener, backlog=BACKLOG).start()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
    if place:
        asyncio.get_running_loop().add_reader(place.lifeline, stop.set)
        place.say_ready()
    if place is None or place.announces:
        # Only now: who reads that it is ready may stop it at once.
        print("\n".join(await _welcome(parley, public_url, demo, place)), flush=True)  # noqa: T201  # for who started it
    await stop.wait()
    logger.info("stopping")
    if place:  # at its end this would be ready for ever
        asyncio.get_running_loop().remove_reader(place.lifeline)
    await runner.cleanup()


async def _welcome(parley: Parley, public_url: str, demo: DemoSignIn | None, place: Place | None) -> list[str]:
    knowledge = parley.desk().knowledge
    held = f"{len(knowledge.ids)} entries, {', '.join(knowledge.languages)}"
    lines = [
        "Parley is ready.",
        *([f"  shop page    {public_url}/"] if demo else []),
        f"  chat page    {public_url}/chat",
        f"  help center  {public_url}/help/",
        f"  console      {public_url}/agent",
        f"  dashboard    {public_url}/dashboard",
        f"  KB           {parley.kb_folder}  ({held})",
        f"  database     {parley.store.url.render_as_string(hide_password=True)}",
        *([f"  processes    {place.count}"] if place else []),
    ]
    if demo:
        lines.append(f"  sign in as   {demo.email}  password  {demo.password}  (demo only)")
    elif token := await parley.agents.setup_token():
        lines.append("  Nobody can sign in yet. Make the first admin with this one-time link (72 hours):")
        lines.append(f"  {public_url}/setup#{token}")
    if public_url.startswith("http://"):
        lines.append("  Plain http: fine on this machine; for others put a proxy with https before it (README).")
    return lines
