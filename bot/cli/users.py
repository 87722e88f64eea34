"""`parley users`: who of the staff may sign in; for whoever has the machine, so it asks for no password."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import typer

from bot.cli.database import with_store
from bot.connectors.mail import mailer_of
from bot.domain.agents import Agent
from bot.domain.rights import MEANINGS, Right, Role
from bot.errors import BadInput
from bot.locale.catalogs import load_catalogs
from bot.locale.negotiate import LANGUAGES
from bot.server.account_views import account_of_json, invite_json
from bot.services.agents import Agents
from bot.services.people import People
from bot.settings import Settings, read_settings
from bot.store.transaction import Store

T = TypeVar("T")

app = typer.Typer(name="users", help="Who of the staff may sign in.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="The address with which they sign in.")]
OneRole = Annotated[Role, typer.Option("--role", help="What they are here for.")]
OneRight = Annotated[Right, typer.Argument(help="What they may do.")]
AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]


def _with_people(use: Callable[[People, Agents, Settings], Awaitable[T]]) -> T:
    settings = read_settings()

    async def run(store: Store) -> T:
        agents = Agents(store, settings)
        try:
            return await use(People(store, agents, load_catalogs(), mailer_of(settings)), agents, settings)
        finally:
            await agents.close()

    return with_store(settings, run)


def _of_one(email: str, use: Callable[[People, Agent], Awaitable[T]]) -> T:
    async def run(people: People, _agents: Agents, _settings: Settings) -> T:
        return await use(people, await people.of_address(email))

    return _with_people(run)


def _address_of(settings: Settings, token: str) -> str:
    return f"{settings.public_url or 'http://127.0.0.1:8080'}/invite#{token}"


@app.command("list")
def list_users(*, as_json: AsJson = False) -> None:
    """List everybody, and the invitations that are open."""
    people, invites = _with_people(lambda people, _agents, _settings: people.everybody())
    if as_json:
        told = {"people": [account_of_json(one) for one in people], "invites": [invite_json(one) for one in invites]}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in people:
        state = "off" if one.agent.disabled else "code" if one.agent.totp else "password"
        more = "".join(f"  +{right}" for right in sorted(one.agent.granted))
        typer.echo(f"{one.agent.email:<40} {one.agent.role:<11} {state:<9} {one.sessions:>2}  {one.agent.name}{more}")
    for link in invites:
        typer.echo(f"{link.email:<40} {link.role:<11} invited until {link.expires_at:%Y-%m-%d %H:%M} UTC")


@app.command()
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="Their name, as shoppers will see it.")],
    role: OneRole = Role.AGENT,
    languages: Annotated[str, typer.Option(help="What they write, such as en,es.")] = "en",
    *,
    stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")] = False,
) -> None:
    """Make an account; the password is asked for, and never an argument that others could read."""
    spoken = tuple(filter(None, languages.split(",")))
    if not spoken or set(spoken) - set(LANGUAGES):
        raise BadInput("Expected languages among {known}, got {found}.", known=",".join(LANGUAGES), found=languages)
    password = sys.stdin.readline().rstrip("\n") if stdin else typer.prompt("Password", hide_input=True)

    async def use(_people: People, agents: Agents, _settings: Settings) -> Agent:
        return await agents.add(name=name, email=email, password=password, role=role, languages=spoken)

    agent = _with_people(use)
    typer.echo(f"{agent.email} may sign in as {agent.role}.")


@app.command()
def invite(email: Email, role: OneRole = Role.AGENT) -> None:
    """Invite an address: by mail when that is set up, else with a link that is shown once."""

    async def use(people: People, _agents: Agents, settings: Settings) -> str:
        origin = settings.public_url or "http://127.0.0.1:8080"
        invited = await people.invite(None, email, role, origin=origin, language=settings.default_language)
        return f"Mailed to {email}." if invited.token is None else _address_of(settings, invited.token)

    typer.echo(_with_people(use))


@app.command()
def role(email: Email, role: Annotated[Role, typer.Argument(help="What they shall be.")]) -> None:
    """Make somebody something else; they are signed out."""
    agent = _of_one(email, lambda people, agent: people.set_role(None, agent.id, role))
    typer.echo(f"{agent.email} is {agent.role} now.")


@app.command()
def grant(email: Email, right: OneRight = Right.PERSONAL_DATA) -> None:
    """Let somebody do one thing beside what their role says."""
    agent = _of_one(email, lambda people, agent: people.set_granted(None, agent.id, agent.granted | {right}))
    typer.echo(f"{agent.email} may {MEANINGS[right]}.")


@app.command()
def withdraw(email: Email, right: OneRight = Right.PERSONAL_DATA) -> None:
    """Take back what somebody was given; what their role says they keep."""
    agent = _of_one(email, lambda people, agent: people.set_granted(None, agent.id, agent.granted - {right}))
    may = "still, as their role says," if right in agent.rights else "no longer"
    typer.echo(f"{agent.email} may {may} {MEANINGS[right]}.")


@app.command()
def disable(email: Email) -> None:
    """Let somebody sign in no longer; they are signed out everywhere."""
    agent = _of_one(email, lambda people, agent: people.set_disabled(None, agent.id, disabled=True))
    typer.echo(f"{agent.email} may no longer sign in.")


@app.command()
def enable(email: Email) -> None:
    """Let somebody sign in again."""
    agent = _of_one(email, lambda people, agent: people.set_disabled(None, agent.id, disabled=False))
    typer.echo(f"{agent.email} may sign in again.")


@app.command("reset-password")
def reset_password(email: Email) -> None:
    """Show a link, good once and for 72 hours, with which somebody chooses a new password."""
    token = _of_one(email, lambda people, agent: people.password_link(agent.id))
    typer.echo(_address_of(read_settings(), token))


@app.command("reset-totp")
def reset_totp(email: Email) -> None:
    """Take somebody's second factor away, whose phone is lost; they are signed out everywhere."""
    _of_one(email, lambda people, agent: people.reset_totp(None, agent.id))
    typer.echo(f"{email} signs in with the password alone.")


@app.command()
def unlink(email: Email) -> None:
    """Forget whom the sign-in service means by somebody, so that they can be linked anew; they are signed out."""
    _of_one(email, lambda people, agent: people.unlink(None, agent.id))
    typer.echo(f"{email} is linked anew when they sign in by the service again.")


@app.command()
def sessions(email: Email, *, as_json: AsJson = False) -> None:
    """List where somebody is signed in."""
    found = _of_one(email, lambda people, agent: people.sessions_of(agent.id))
    told: list[dict[str, Any]] = [
        {"id": one.id, "browser": one.browser, "last_seen_at": one.last_seen_at.isoformat()} for one in found
    ]
    if as_json:
        typer.echo(json.dumps(told))
        return
    for one in found:
        typer.echo(f"{one.id}  {one.last_seen_at:%Y-%m-%d %H:%M} UTC  {one.browser or '-'}")


@app.command("end-sessions")
def end_sessions(email: Email) -> None:
    """Sign somebody out everywhere; open consoles follow within two seconds."""
    ended = _of_one(email, lambda people, agent: people.end_sessions(None, agent.id))
    typer.echo(f"Ended: {ended}.")
