"""`parley simulate`: a morning of simulated people against a real server, and whether it kept its word."""

from __future__ import annotations

import contextlib
import io
import json
import multiprocessing
import secrets
import socket
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from bot.bootstrap import assemble
from bot.clock import FastClock
from bot.demo.seed import PASSWORD, PEOPLE
from bot.demo.simulated_agents import Staff
from bot.demo.simulation import Course, Morning, play, ready, sign_in
from bot.demo.simulation_facts import Told, told_by
from bot.demo.simulation_report import readable, report_of, violations
from bot.domain.agents import Agent, Presence
from bot.domain.identifiers import hash_token, new_id, new_token
from bot.domain.rights import RIGHTS, Right, Role
from bot.errors import SettingsError
from bot.observability import configure_logging
from bot.server.serving import BACKLOG, run
from bot.settings import Settings, read_settings
from bot.store.database import open_database
from bot.store.schema import upgrade
from bot.store.transaction import Store, Transaction
from bot.text.redact import mask

LEARNING_SECONDS = 300.0  # real; a help center that is new is learned first
PLENTY = 100_000  # connections: a morning in a few minutes from one address is no attack


def simulate(
    *,
    agents: Annotated[int, typer.Option(min=1, max=100, help="Agents at work.")] = 8,
    shoppers: Annotated[int, typer.Option(min=1, max=5000, help="Shoppers who come.")] = 400,
    minutes: Annotated[float, typer.Option(min=1, max=1440, help="Length of the morning, simulated.")] = 240,
    speed: Annotated[float, typer.Option(min=1, max=600, help="Simulated seconds in a real one.")] = 60,
    seed: Annotated[int, typer.Option(help="The same seed is the same morning.")] = 1,
    url: Annotated[str | None, typer.Option(help="A running demo's address, instead of a server of its own.")] = None,
    machine: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Let a morning happen: waits, offers, abandonment; exit 1 when a promise was broken."""
    if url is not None:
        speed = 1.0
    morning = Morning(agents, shoppers, minutes, speed, seed)
    report = _against(url, morning) if url is not None else _against_own(morning)
    typer.echo(json.dumps(report) if machine else "\n".join(readable(report)))
    raise typer.Exit(1 if violations(report) else 0)


def _against(url: str, morning: Morning) -> dict[str, object]:
    """Play against a running demo, with the people that it has; only what they see can be checked."""
    chat = [(email, languages) for _, email, role, languages in PEOPLE if Right.CHAT in RIGHTS[role]]
    if morning.agents > len(chat):
        raise SettingsError([f"--agents: expected at most {len(chat)}, the demo's own people, got {morning.agents}"])
    people = zip(chat, morning.staff(), strict=False)
    staff = [replace(who, email=email, languages=languages, capacity=5) for (email, languages), who in people]

    async def course() -> Course:
        await ready(url, 5)
        return await play(url, morning, await sign_in(url, staff, PASSWORD))

    return report_of(uvloop.run(course()), staff, None)


def _against_own(morning: Morning) -> dict[str, object]:
    """Play against a server that is started for it, on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="parley-") as folder:
        settings = read_settings(database_url=f"sqlite:///{Path(folder) / 'morning.db'}")
        settings = replace(settings, redis_url=None, messages_per_minute=6000)
        settings = replace(settings, connections_per_address=PLENTY, connections=PLENTY)
        upgrade(settings.database_url)
        with socket.create_server(("127.0.0.1", 0), backlog=BACKLOG) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            context = multiprocessing.get_context("spawn")
            server = context.Process(target=_serve, args=(settings, listener, url, morning.speed), daemon=True)
            server.start()
            try:
                course, told = uvloop.run(_course(url, morning, settings))
            finally:
                server.terminate()
                server.join()
    return report_of(course, morning.staff(), told)


async def _course(url: str, morning: Morning, settings: Settings) -> tuple[Course, Told]:
    store = Store(open_database(settings.database_url), FastClock(1))
    try:
        tokens = await store.write(lambda tx: hire(tx, morning.staff()))
        await ready(url, LEARNING_SECONDS)
        course = await play(url, morning, tokens)
        return course, await told_by(store)
    finally:
        await store.close()


def hire(tx: Transaction, staff: list[Staff]) -> dict[Staff, str]:
    """Make the agents and sign them in; return the session tokens."""
    tokens = {}
    for who in staff:
        agent = Agent(new_id(), who.name, who.email, Role.AGENT, who.languages, who.capacity, Presence.OFFLINE, tx.now)
        tx.agents.add(agent, secrets.token_urlsafe())  # nobody signs in by password
        tokens[who] = new_token()
        tx.sessions.add(hash_token(tokens[who]), agent.id, tx.now, tx.now + timedelta(days=365))
    return tokens


def _serve(settings: Settings, listener: socket.socket, url: str, speed: float) -> None:
    """Serve on a clock that runs fast; in a process of its own."""
    configure_logging("warning", mask=mask)
    parley = assemble(settings, FastClock(speed))
    with contextlib.redirect_stdout(io.StringIO()):  # the welcome is for people
        uvloop.run(run(parley, listener, url))
