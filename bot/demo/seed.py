"""The demo's people, in a database that is the demo's own."""

from __future__ import annotations

from dataclasses import dataclass

from bot.bootstrap import Parley, demo_kb
from bot.demo.configuration import CONFIGURATION
from bot.domain.rights import Role
from bot.errors import SettingsError

FACT = "demo"
# Printed at start; the demo's database refuses to be anything else.
PASSWORD = "caravan-demo-2026"  # noqa: S105  # nosec B105
PEOPLE = (
    # Who tries the demo signs in as Amir, and may be asked in any language.
    ("Amir Haddad", "amir@caravan.example", Role.ADMIN, ("en", "es", "fr")),
    ("Beth Moreno", "beth@caravan.example", Role.AGENT, ("en", "es")),
    ("Claire Fontaine", "claire@caravan.example", Role.AGENT, ("en", "fr")),
    ("Zoe Lambert", "zoe@caravan.example", Role.ANALYST, ("en", "fr")),
)


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """What a demo prints, because it is nobody's secret."""

    email: str
    password: str


async def seed(parley: Parley) -> DemoSignIn:
    """Make the demo's people once and return the sign-in that is printed. Raises SettingsError."""
    is_demo, is_empty = await parley.store.read(
        lambda tx: (tx.publications.fact(FACT) is not None, tx.agents.count() == 0)
    )
    if not is_demo:
        if not is_empty:
            shown = parley.store.url.render_as_string(hide_password=True)
            raise SettingsError([f"--demo: expected a demo's database or an empty one, got a shop's own: {shown}"])
        for name, email, role, languages in PEOPLE:
            await parley.agents.add(name=name, email=email, password=PASSWORD, role=role, languages=languages)
        if parley.kb_folder == demo_kb().resolve():  # another help center has other topics
            await parley.configuring.change(CONFIGURATION, version=None, actor=None)
        await parley.store.write(lambda tx: tx.publications.set_fact(FACT, "yes"))
    return DemoSignIn(PEOPLE[0][1], PASSWORD)


async def refuse_demo(parley: Parley) -> None:
    """Refuse to serve a demo's database as a shop's: its passwords are printed. Raises SettingsError."""
    if await parley.store.read(lambda tx: tx.publications.fact(FACT)) is not None:
        shown = parley.store.url.render_as_string(hide_password=True)
        raise SettingsError([f"PARLEY_DATABASE_URL: expected a shop's database, got a demo's: {shown}; use --demo"])
