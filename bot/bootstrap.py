"""Everything is built here and only here."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from bot.analytics.board import Boards
from bot.analytics.bookcase import Bookcase
from bot.analytics.drilldown import Drilldown
from bot.analytics.loop import Loop
from bot.analytics.mailing import ReportMails
from bot.analytics.report import Reports
from bot.analytics.rollup import Rollup
from bot.analytics.shelf import Shelf
from bot.clock import Clock, SystemClock
from bot.connectors.mail import mailer_of
from bot.connectors.orders import order_service_of
from bot.connectors.sign_in_service import sign_in_service_of
from bot.dialogue.pipeline import Pipeline
from bot.dialogue.policy import Costs
from bot.dialogue.replies import Replies
from bot.domain.conversations import Memory
from bot.errors import KnowledgeError, SettingsError
from bot.knowledge.entries import KnowledgeBase
from bot.knowledge.loader import build as build_knowledge
from bot.knowledge.loader import load, read_files, version_of
from bot.locale.catalogs import Catalogs, load_catalogs
from bot.retrieval.building import one_at_a_time
from bot.retrieval.retriever import open_index
from bot.services.accounts import Accounts
from bot.services.agents import Agents
from bot.services.answering import Answering, Desk
from bot.services.auditing import AuditLog
from bot.services.blocking import Blocking
from bot.services.configuration import Configuring, speech_of
from bot.services.conversations import Conversations
from bot.services.duty import Duty
from bot.services.handoffs import Handoffs
from bot.services.housekeeping import Housekeeping
from bot.services.identities import Identities
from bot.services.inbox import Inbox
from bot.services.leases import Leases
from bot.services.letters import Letters
from bot.services.mails import Mails
from bot.services.offers import Offers
from bot.services.orders import Orders
from bot.services.people import People
from bot.services.privacy import Privacy
from bot.services.publishing import publish_version
from bot.services.readings import Readings
from bot.services.redaction import Redaction
from bot.services.retention import Retention
from bot.services.signatures import Signatures
from bot.services.single_sign_on import SingleSignOn
from bot.services.suggestions import Suggestions
from bot.services.supervision import Supervision
from bot.services.surveys import Surveys
from bot.services.tickets import Tickets
from bot.services.transcripts import Transcripts
from bot.services.turns import Turns
from bot.settings import Settings
from bot.store.database import open_database
from bot.store.transaction import Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parley:
    """The whole, assembled."""

    settings: Settings
    clock: Clock
    store: Store
    catalogs: Catalogs
    kb_folder: Path
    desk: Desk
    conversations: Conversations
    suggestions: Suggestions
    surveys: Surveys
    inbox: Inbox
    handoffs: Handoffs
    agents: Agents
    accounts: Accounts
    people: People
    single_sign_on: SingleSignOn
    identities: Identities
    signatures: Signatures
    duty: Duty
    leases: Leases
    offers: Offers
    supervision: Supervision
    tickets: Tickets
    blocking: Blocking
    configuring: Configuring
    transcripts: Transcripts
    orders: Orders | None
    privacy: Privacy
    readings: Readings
    audit_log: AuditLog
    retention: Retention
    housekeeping: Housekeeping
    reports: Reports
    drilldown: Drilldown
    boards: Boards
    loop: Loop

    async def close(self) -> None:
        """Finish what waits and let go."""
        await self.agents.close()
        if self.orders:
            await self.orders.close()
        await self.store.close()


def kb_folder(settings: Settings) -> Path:
    """Return the help center's folder: as set, else ./kb, else the packaged demo's. Raises KnowledgeError."""
    if settings.kb is not None:
        if not settings.kb.is_dir():
            raise KnowledgeError([f"{settings.kb}: expected a folder with the help center, found none"])
        return settings.kb
    here = Path("kb")
    if here.is_dir():
        return here
    return demo_kb()


def demo_kb() -> Path:
    """Return the demo's help center: the packaged copy, or the checkout's own."""
    package = Path(str(files("bot")))
    packaged = package / "demo_kb"
    return packaged if packaged.is_dir() else package.parent / "kb"


def cache_folder(settings: Settings) -> Path:
    """Return where built indexes are kept."""
    return settings.cache if settings.cache is not None else Path(".cache") / "parley"


def costs_of(settings: Settings) -> Costs:
    """Return what the policy weighs."""
    return replace(Costs(), wrong_answer=settings.wrong_answer_cost)


def build_answering(folder: Path, settings: Settings, catalogs: Catalogs) -> Answering:
    """Load the help center and its index; fit when the cached one is not of this content. Raises KnowledgeError."""
    return answering_of(load(folder), settings, catalogs)


def answering_of(knowledge: KnowledgeBase, settings: Settings, catalogs: Catalogs) -> Answering:
    """Return everything that answers from this help center."""
    cache = cache_folder(settings)
    with one_at_a_time(cache):  # several processes swap at once: the first fits the index, the others read it
        retriever = open_index(knowledge, cache)
    pipeline = Pipeline(knowledge, retriever, costs_of(settings))
    pipeline.turn(Memory(settings.default_language), "ok")  # loads what is loaded once, before a shopper waits for it
    return Answering(knowledge, retriever, pipeline, Replies(knowledge, catalogs))


def assemble(settings: Settings, clock: Clock | None = None) -> Parley:
    """Build everything; nothing is connected or started yet. Raises KnowledgeError."""
    clock = clock or SystemClock()
    catalogs = load_catalogs()
    folder = kb_folder(settings).resolve()
    desk = Desk(build_answering(folder, settings, catalogs))
    store = Store(open_database(settings.database_url), clock)
    agents, signatures = Agents(store, settings), Signatures(settings, clock)
    rollup = Rollup(store)
    shelf = Shelf(store)
    reports = Reports(store, rollup, shelf)
    boards = Boards(store, lambda: desk().knowledge, rollup)
    turns = Turns(catalogs, settings)
    leases = Leases(store, catalogs, settings)
    offers = Offers(store, settings)
    mailer, service = mailer_of(settings), order_service_of(settings)
    letters = Letters(catalogs, mailer) if mailer else None
    redaction = Redaction(settings)
    orders = Orders(store, service, turns, catalogs=catalogs, answering=desk, redaction=redaction) if service else None
    retention = Retention(store, clock, settings, rollup.keep_up)
    sweeps = [offers.move, rollup.keep_up, *([orders.sweep] if orders else [])]
    if mailer:
        mailing = ReportMails(store, reports, catalogs, mailer, settings.public_url)
        sweeps += [mailing.sweep, Mails(store, mailer).sweep]
    return Parley(
        settings=settings,
        clock=clock,
        store=store,
        catalogs=catalogs,
        kb_folder=folder,
        desk=desk,
        conversations=Conversations(store, desk, turns, catalogs=catalogs, settings=settings),
        suggestions=Suggestions(store, desk, clock),
        surveys=Surveys(store, turns, redaction),
        inbox=Inbox(store, desk),
        handoffs=Handoffs(store, desk, catalogs, settings),
        agents=agents,
        accounts=Accounts(store, agents),
        people=People(store, agents, catalogs, mailer),
        single_sign_on=SingleSignOn(sign_in_service_of(settings, clock), agents),
        identities=Identities(store, signatures),
        signatures=signatures,
        duty=Duty(store, clock),
        leases=leases,
        offers=offers,
        supervision=Supervision(store),
        tickets=Tickets(store, catalogs, settings, letters),
        blocking=Blocking(store, catalogs),
        configuring=Configuring(store, lambda: speech_of(desk().knowledge)),
        transcripts=Transcripts(store, letters),
        orders=orders,
        privacy=Privacy(store, rollup.keep_up),
        readings=Readings(store, clock),
        audit_log=AuditLog(store),
        retention=retention,
        housekeeping=Housekeeping(
            store, clock, catalogs, leases, sweeps, everywhere=[boards.keep_ready, retention.sweep]
        ),
        reports=reports,
        drilldown=Drilldown(store, rollup, shelf),
        boards=boards,
        loop=Loop(store, boards, desk, Bookcase(store, folder, together=settings.redis_url is not None)),
    )


async def join(parley: Parley) -> None:
    """Serve what every process serves: the newest published version; the first process publishes its folder's.

    One process alone (no Redis) publishes what its folder holds. Raises SettingsError when the newest cannot be served.
    """
    newest = await parley.store.read(lambda tx: tx.publications.newest()) if parley.settings.redis_url else None
    if newest is None:
        await publish(parley)
    elif newest != parley.desk().knowledge.version:
        try:
            await serve_published(parley, newest)
        except KnowledgeError as error:
            expected = "a published help center that this version of Parley can serve"
            found = f"{newest[:12]} with {len(error.faults)} faults, such as {error.faults[0]}"
            raise SettingsError([f"PARLEY_DATABASE_URL: expected {expected}, found {found}"]) from error


async def serve_published(parley: Parley, version: str) -> None:
    """Build a published version and serve it from the next turn on. Raises KnowledgeError (nothing is changed)."""
    files = await parley.store.read(lambda tx: tx.publications.files(version))
    if files is None:
        return  # superseded since it was seen

    def build() -> Answering:
        # Its name is what was published, byte order marks and all.
        knowledge = replace(build_knowledge(files), version=version)
        return answering_of(knowledge, parley.settings, parley.catalogs)

    parley.desk.swap(await asyncio.to_thread(build))
    logger.info("knowledge_taken", extra={"version": version})


async def reload(parley: Parley) -> None:
    """Load the help center again and serve it; a broken one changes nothing. Raises KnowledgeError."""
    answering = await asyncio.to_thread(build_answering, parley.kb_folder, parley.settings, parley.catalogs)
    if answering.knowledge.version != parley.desk().knowledge.version:
        parley.desk.swap(answering)
        logger.info("knowledge_reloaded", extra={"version": answering.knowledge.version})
        await publish(parley)


async def publish(parley: Parley) -> None:
    """Keep the served version of the help center; every decision names it."""
    version = parley.desk().knowledge.version
    files = await asyncio.to_thread(read_files, parley.kb_folder)
    if version_of(files) != version:
        return  # changed again since it was loaded: that change is published when it is served
    content = {"files": {name: data.decode("utf-8-sig") for name, data in files.items()}}
    await parley.store.write(lambda tx: publish_version(tx, version, content))
