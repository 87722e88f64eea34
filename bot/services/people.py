"""What an admin does about everybody's accounts: invite, role, on and off, sessions, second factor."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.connectors.mail import Letter, MailDelayed, Mailer, MailRefused, one_address
from bot.domain.agents import Agent, Session
from bot.domain.audits import AuditAction
from bot.domain.identifiers import hash_token, new_id, new_token
from bot.domain.rights import RIGHTS, Right, Role, may_grant
from bot.errors import BadInput, Conflict, Forbidden, NotFound
from bot.locale.catalogs import Catalogs
from bot.services.agents import Agents, newcomer
from bot.services.granting import changeable, grant, note_granted, note_person
from bot.store.links import Link
from bot.store.transaction import Store, Transaction

logger = logging.getLogger(__name__)

INVITE, PASSWORD = "invite", "password"
LINK_HOURS = 72
SUBJECT = "Invitation to Parley from {name}"
TEXT = (
    "You are invited to the chat of {shop} by {name}. Choose your password here; the link works once, "
    "for {hours} hours:\n\n"
    "{link}\n\nIf you do not know what this is about, please ignore this mail."
)
USED = "This link was used already, taken back, or is too old. Please ask for a new one."


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as an admin sees them."""

    agent: Agent
    sessions: int
    last_seen_at: datetime | None
    linked: bool = False
    """Whether the company's sign-in service has a name of its own for them."""


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that was made; the token is told once, and not at all when it was mailed."""

    link: Link
    token: str | None


@dataclass(frozen=True, slots=True)
class Welcome:
    """What somebody with a link is told before they use it."""

    kind: str
    email: str
    role: Role
    name: str
    """Of who invited, or of whose password it is."""


class People:
    """Use-cases of admins; `actor` None is whoever has the machine."""

    def __init__(self, store: Store, agents: Agents, catalogs: Catalogs, mailer: Mailer | None) -> None:
        self._store = store
        self._agents = agents
        self._catalogs = catalogs
        self._mailer = mailer

    async def everybody(self) -> tuple[list[Person], list[Link]]:
        """Return everybody, and the invitations that are open."""

        def unit(tx: Transaction) -> tuple[list[Person], list[Link]]:
            counts = tx.sessions.counts(tx.now, seen_after=self._agents.seen_after(tx.now))
            linked = tx.sign_in_links.linked()
            people = []
            for agent in tx.agents.all():
                sessions, seen = counts.get(agent.id, (0, None))
                people.append(Person(agent, sessions, seen, agent.id in linked))
            return people, tx.links.of(INVITE, tx.now)

        return await self._store.read(unit)

    async def invite(
        self, actor: Agent | None, email: str, role: Role, *, origin: str, language: str = "en"
    ) -> Invited:
        """Invite an address; an older invitation of it ends. Raises BadInput, Forbidden, Conflict."""
        address = _address(email)
        if actor is not None and not may_grant(actor.rights, RIGHTS[role]):
            raise Forbidden("Your role does not allow this.")
        token = new_token()

        def unit(tx: Transaction) -> Link:
            if tx.agents.credentials(address) is not None:
                raise Conflict("Somebody with the address {email} is there already.", email=address)
            tx.links.void(INVITE, tx.now, email=address)
            ends = tx.now + timedelta(hours=LINK_HOURS)
            by = actor.id if actor else None
            tx.links.add(hash_token(token), INVITE, tx.now, ends, email=address, role=role, agent_id=by)
            link = tx.links.find(hash_token(token), INVITE, tx.now)
            assert link is not None  # noqa: S101  # nosec B101  # written a line above
            note_person(tx, actor, link.id, "invited", role=role.value)
            return link

        link = await self._store.write(unit)
        mailed = await self._mail(actor, link, f"{origin}/invite#{token}", origin, language)
        return Invited(link, None if mailed else token)

    async def _mail(self, actor: Agent | None, link: Link, address: str, origin: str, language: str) -> bool:
        """Send the link at once, so that it is stored nowhere; False when that did not work."""
        if self._mailer is None or link.email is None:
            return False
        say, name = self._catalogs.say, actor.name if actor else "Parley"
        shop = origin.partition("://")[2]
        letter = Letter(
            to=link.email,
            subject=say(language, SUBJECT, name=name),
            text=say(language, TEXT, name=name, shop=shop, hours=LINK_HOURS, link=address),
            message_id=f"<{new_id()}@{self._mailer.domain}>",
            at=link.created_at,
            language=language,
        )
        try:
            await self._mailer.send(letter)
        except (MailRefused, MailDelayed) as error:
            logger.warning("invite_not_mailed", extra={"link": link.id, "reason": error.reason})
            return False
        return True

    async def take_back(self, actor: Agent | None, link_id: str) -> None:
        """End an invitation. Raises NotFound."""

        def unit(tx: Transaction) -> int:
            taken = tx.links.void(INVITE, tx.now, link_id=link_id)
            if taken:
                note_person(tx, actor, link_id, "invite_taken_back")
            return taken

        if not await self._store.write(unit):
            raise NotFound("There is no such invitation.")

    async def look_at(self, token: str) -> Welcome:
        """Return whom a link is for. Raises Forbidden."""
        return await self._store.read(lambda tx: _welcome(tx, token)[1])

    async def accept(self, token: str, *, name: str, password: str, languages: Sequence[str]) -> Agent:
        """Use the link: make the account of the invited, or set the new password. Raises Forbidden, BadInput."""
        told = await self.look_at(token)
        password_hash = await self._agents.hashing.checked_hash(password, (name, told.email))

        def unit(tx: Transaction) -> Agent:
            link, welcome = _welcome(tx, token)
            if not tx.links.use(hash_token(token), link.kind, tx.now):
                raise Forbidden(USED)
            if link.kind == PASSWORD:
                agent = tx.agents.get(link.agent_id or "")
                tx.agents.set_password(agent.id, password_hash)
                tx.sessions.end_all(agent.id)
                note_person(tx, agent, agent.id, "password")
                return agent
            if not name:
                raise BadInput("Please write your name.")
            agent = newcomer(tx, name=name, email=welcome.email, role=welcome.role, languages=languages)
            tx.agents.add(agent, password_hash)
            note_person(tx, agent, agent.id, "joined", role=agent.role.value)
            return agent

        return await self._store.write(unit)

    async def password_link(self, agent_id: str) -> str:
        """Return the token of a link with which somebody chooses a new password; older ones end. Raises NotFound."""
        token = new_token()

        def unit(tx: Transaction) -> None:
            agent = tx.agents.get(agent_id)
            tx.links.void(PASSWORD, tx.now, email=agent.email)
            ends = tx.now + timedelta(hours=LINK_HOURS)
            tx.links.add(hash_token(token), PASSWORD, tx.now, ends, email=agent.email, agent_id=agent.id)
            note_person(tx, None, agent.id, "password_link")

        await self._store.write(unit)
        return token

    async def set_role(self, actor: Agent | None, agent_id: str, role: Role) -> Agent:
        """Make somebody something else; their sessions end. Raises Forbidden, Conflict, NotFound."""
        if actor is not None and not may_grant(actor.rights, RIGHTS[role]):
            raise Forbidden("Your role does not allow this.")

        def unit(tx: Transaction) -> Agent:
            agent = changeable(tx, actor, agent_id, keeps=role is Role.ADMIN)
            if agent.role is not role:
                tx.agents.set_role(agent_id, role)
                tx.sessions.end_all(agent_id)
                tx.news.presence = True
                note_person(tx, actor, agent_id, "role", role=role.value)
                note_granted(tx, actor, agent, frozenset())
            return tx.agents.get(agent_id)

        return await self._store.write(unit)

    async def set_granted(self, actor: Agent | None, agent_id: str, granted: AbstractSet[Right]) -> Agent:
        """Let somebody do this beside what their role says, and nothing else.

        Raises BadInput, Forbidden, Conflict, NotFound.
        """
        return await self._store.write(lambda tx: grant(tx, actor, agent_id, granted))

    async def set_disabled(self, actor: Agent | None, agent_id: str, *, disabled: bool) -> Agent:
        """Let somebody sign in no longer, or again. Raises Forbidden, Conflict, NotFound."""

        def unit(tx: Transaction) -> Agent:
            changeable(tx, actor, agent_id, keeps=not disabled)
            tx.agents.set_disabled(agent_id, tx.now if disabled else None)
            if disabled:
                tx.sessions.end_all(agent_id)
            tx.news.presence = True
            note_person(tx, actor, agent_id, "disabled" if disabled else "enabled")
            return tx.agents.get(agent_id)

        return await self._store.write(unit)

    async def sessions_of(self, agent_id: str) -> list[Session]:
        """Return somebody's sessions, the one that was used last first."""
        return await self._store.read(
            lambda tx: tx.sessions.of(agent_id, tx.now, seen_after=self._agents.seen_after(tx.now))
        )

    async def end_sessions(self, actor: Agent | None, agent_id: str) -> int:
        """Sign somebody out everywhere; return how many sessions that were. Raises NotFound."""

        def unit(tx: Transaction) -> int:
            ended = tx.sessions.end_all(tx.agents.get(agent_id).id)
            by = actor.id if actor else None
            tx.audit.record(AuditAction.SESSION_ENDED, agent_id=by, about=agent_id, ended=ended)
            return ended

        return await self._store.write(unit)

    async def reset_totp(self, actor: Agent | None, agent_id: str) -> None:
        """Take somebody's second factor away, whose phone is lost; their sessions end. Raises NotFound."""

        def unit(tx: Transaction) -> None:
            tx.factors.remove(tx.agents.get(agent_id).id)
            tx.sessions.end_all(agent_id)
            note_person(tx, actor, agent_id, "totp_reset")

        await self._store.write(unit)

    async def unlink(self, actor: Agent | None, agent_id: str) -> None:
        """Forget whom the sign-in service means by somebody, so that they can be linked anew; their sessions end.

        Raises NotFound, Forbidden.
        """

        def unit(tx: Transaction) -> None:
            changeable(tx, actor, agent_id, keeps=True)
            if not tx.sign_in_links.remove(agent_id):
                raise NotFound("This account has no link to the sign-in service.")
            tx.sessions.end_all(agent_id)
            note_person(tx, actor, agent_id, "unlinked")

        await self._store.write(unit)

    async def of_address(self, email: str) -> Agent:
        """Return who has the address. Raises NotFound."""
        found = await self._store.read(lambda tx: tx.agents.credentials(email.strip().lower()))
        if found is None:
            raise NotFound("Nobody has the address {email}.", email=email[:80])
        return found.agent


def _address(email: str) -> str:
    try:
        return one_address(email.strip()).addr_spec.lower()
    except ValueError:
        raise BadInput("Expected one e-mail address, got {found}.", found=email[:80]) from None


def _welcome(tx: Transaction, token: str) -> tuple[Link, Welcome]:
    """Return the link and whom it is for, as long as it can be used. Raises Forbidden."""
    hashed = hash_token(token)
    link = tx.links.find(hashed, INVITE, tx.now) or tx.links.find(hashed, PASSWORD, tx.now)
    # Somebody is looked for in any case: the time that it takes must not say what became of a link.
    known = tx.agents.find((link and link.agent_id) or "nobody")
    if link is None or link.email is None:
        raise Forbidden(USED)
    if known is not None and known.disabled:
        raise Forbidden(USED)
    if link.kind == PASSWORD and known is not None:
        return link, Welcome(PASSWORD, known.email, known.role, known.name)
    # Who may no longer make others what the link says has invited nobody.
    if link.role is None or (known is not None and not may_grant(known.rights, RIGHTS[link.role])):
        raise Forbidden(USED)
    return link, Welcome(INVITE, link.email, link.role, known.name if known else "Parley")
