"""What `parley doctor` looks at: each check says what it found, and what to do when that is not well."""

from __future__ import annotations

import asyncio
import resource
import shutil
import ssl
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from bot.bootstrap import cache_folder, kb_folder
from bot.clock import SystemClock
from bot.connectors.mail import MailDelayed, MailRefused, mailer_of
from bot.connectors.orders import OrdersDown, order_service_of
from bot.connectors.sign_in_service import SignInServiceDown, sign_in_service_of
from bot.errors import FaultsError, ParleyError
from bot.knowledge.loader import load
from bot.server.identity import cookie_name, is_loopback
from bot.server.versions import LEAST, installed, version_faults
from bot.server.wire import redis_time
from bot.settings import Settings
from bot.store.capacity import CONNECTIONS, allowed_connections
from bot.store.database import check_writable, database_time, open_database
from bot.store.schema import check_current

LEAST_FREE = 500 * 1024 * 1024  # bytes
LEAST_SECRET = 24  # characters
MOST_SKEW = 5.0  # seconds
SPARE_FILES = 200  # besides the sockets: database, logs, help center
ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    check: str
    state: str
    """ok, fault, or skipped: not set up, which is no fault."""
    found: str
    advice: str = ""


def fine(check: str, found: str) -> Finding:
    return Finding(check, "ok", found)


def fault(check: str, found: str, advice: str) -> Finding:
    return Finding(check, "fault", found, advice)


def skipped(check: str, found: str, advice: str = "") -> Finding:
    return Finding(check, "skipped", found, advice)


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything, one thing after the other."""
    return [await check(settings) for check in CHECKS]


async def versions(_settings: Settings) -> Finding:
    if faults := version_faults():
        return fault("versions", "; ".join(faults), "Install Parley again: pip install --upgrade parley")
    return fine("versions", ", ".join(f"{package} {installed(package)}" for package in LEAST))


async def public_url(settings: Settings) -> Finding:
    url = settings.public_url
    if url is None:
        return skipped("public_url", "not set: only this machine's browsers reach Parley", "Set PARLEY_PUBLIC_URL.")
    cookie = cookie_name(url)
    if url.startswith("https://"):
        return fine("public_url", f"{url}, cookie {cookie} with Secure")
    return fine("public_url", f"{url}, cookie {cookie} without Secure: fine on this machine alone")


async def proxy(settings: Settings) -> Finding:
    """Ask for /healthz the way that browsers do: through the proxy and its certificate."""
    url = settings.public_url
    if url is None or is_loopback(urlsplit(url).hostname):
        return skipped("proxy", "no public address to ask through")
    try:
        status = await asyncio.to_thread(_status_of, f"{url}/healthz")
    except ssl.SSLCertVerificationError as error:
        return fault("proxy", f"certificate: {error.verify_message}", "Renew the proxy's certificate.")
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, ssl.SSLError):
            return fault("proxy", f"TLS: {reason.reason}", "Look at the proxy's certificate and TLS settings.")
        return fault("proxy", f"{url} does not answer", "Start Parley and its proxy, or correct PARLEY_PUBLIC_URL.")
    if status != HTTPStatus.OK:
        return fault("proxy", f"/healthz answers {status}", "Let the proxy pass everything to Parley (README, nginx).")
    believed = ", ".join(settings.proxies) or "a proxy on this machine"
    return fine("proxy", f"{url}/healthz answers; X-Forwarded-For counts from {believed}")


def _status_of(address: str) -> int:
    try:
        # The address is http or https: the setting was checked.
        with urllib.request.urlopen(address, timeout=ANSWER_SECONDS) as answer:  # noqa: S310  # nosec B310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


async def secrets(settings: Settings) -> Finding:
    weak = [
        name
        for name, secret in (
            ("PARLEY_METRICS_TOKEN", settings.metrics_token),
            ("PARLEY_ORDERS_KEY", settings.orders_key),
        )
        if secret is not None and (len(secret) < LEAST_SECRET or len(set(secret)) < LEAST_SECRET // 3)
    ]
    if weak:
        what = f"{', '.join(weak)}: shorter than {LEAST_SECRET} characters, or nearly all the same"
        return fault("secrets", what, "Make one with: openssl rand -base64 32")
    return fine("secrets", "long enough" if settings.metrics_token or settings.orders_key else "none are set")


async def origins(settings: Settings) -> Finding:
    plain = [one for one in settings.shop_origins if one.startswith("http://") and not _is_here(one)]
    if plain:
        return fault("origins", f"not https: {', '.join(plain)}", "Name the https address in PARLEY_SHOP_ORIGINS.")
    if not settings.shop_origins:
        return skipped("origins", "none: only Parley's own pages open the chat", "Set PARLEY_SHOP_ORIGINS.")
    return fine("origins", ", ".join(settings.shop_origins))


def _is_here(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname)


async def disk(settings: Settings) -> Finding:
    folders = {Path(cache_folder(settings)), _database_folder(settings)}
    for folder in sorted(folders):
        existing = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
        free = shutil.disk_usage(existing).free
        if free < LEAST_FREE:
            what = f"{free // 2**20} MB free at {existing}"
            return fault("disk", what, f"Make room: at least {LEAST_FREE // 2**20} MB.")
    return fine("disk", f"more than {LEAST_FREE // 2**20} MB free")


def _database_folder(settings: Settings) -> Path:
    sqlite = settings.database_url.startswith("sqlite")
    return Path(settings.database_url.removeprefix("sqlite:///")).parent if sqlite else Path()


async def database(settings: Settings) -> Finding:
    try:
        await asyncio.to_thread(check_current, settings.database_url)
        check_writable(open_database(settings.database_url).url)
        allowed = await asyncio.to_thread(allowed_connections, settings.database_url)
    except FaultsError as error:
        return fault("database", "; ".join(error.faults), "Correct PARLEY_DATABASE_URL, or run: parley db upgrade")
    well = "answers, can be written, tables are up to date"
    if allowed is None:
        return fine("database", well)
    room = f"{allowed} connections, {CONNECTIONS} a process: room for {allowed // CONNECTIONS}"
    least = 1 if settings.redis_url is None else 2  # Redis is there for the second
    if allowed < least * CONNECTIONS:
        return fault("database", room, "Raise max_connections in PostgreSQL, or the limit of Parley's role.")
    return fine("database", f"{well}; {room}")


async def clock(settings: Settings) -> Finding:
    """Compare this machine's clock with those of the servers that tell theirs."""
    skews: dict[str, float] = {}
    if not settings.database_url.startswith("sqlite"):
        opened = open_database(settings.database_url)
        try:
            skews["database"] = _behind(await opened.read(database_time))
        except ParleyError:
            return skipped("clock", "the database does not answer")
        finally:
            await opened.close()
    if settings.redis_url is not None and (told := await redis_time(settings.redis_url)) is not None:
        skews["Redis"] = _behind(told)
    off = {name: skew for name, skew in skews.items() if abs(skew) > MOST_SKEW}
    if off:
        what = ", ".join(f"{name} is {skew:+.0f} s off" for name, skew in off.items())
        return fault("clock", what, "Keep every machine's clock by NTP.")
    return fine("clock", f"agrees with {' and '.join(skews)}") if skews else skipped("clock", "nobody to compare with")


def _behind(told: datetime) -> float:
    return (told - SystemClock().now()).total_seconds()


async def redis(settings: Settings) -> Finding:
    if settings.redis_url is None:
        return skipped("redis", "not set: right for one process")
    if await redis_time(settings.redis_url) is None:
        return fault("redis", "no answer", "Start Redis, or correct PARLEY_REDIS_URL.")
    return fine("redis", "answers")


async def mail(settings: Settings) -> Finding:
    mailer = mailer_of(settings)
    if mailer is None:
        return skipped("mail", "not set: no mail is sent", "Set PARLEY_MAIL_URL and PARLEY_MAIL_FROM.")
    try:
        await mailer.greet()
    except (MailDelayed, MailRefused) as error:
        return fault("mail", str(error), "Look at PARLEY_MAIL_URL: host, port, user, password, certificate.")
    return fine("mail", "the server takes the sign-in" if "@" in (settings.mail_url or "") else "the server answers")


async def sign_in(settings: Settings) -> Finding:
    service = sign_in_service_of(settings, SystemClock())
    if service is None:
        return skipped("sign_in", "not set: the staff signs in with passwords")
    try:
        keys = await service.check()
    except SignInServiceDown as error:
        return fault("sign_in", str(error), "Look at PARLEY_OIDC_ISSUER, and at the service.")
    back = f"{settings.public_url or 'http://127.0.0.1:8080'}/sign-in/return"
    return fine("sign_in", f"{settings.oidc_issuer} answers, {keys} keys; its way back here is {back}")


async def orders(settings: Settings) -> Finding:
    service = order_service_of(settings)
    if service is None:
        return skipped("orders", "not set: a person looks orders up")
    try:
        await service.look_up("PARLEY-DOCTOR", "doctor@parley.invalid")
    except OrdersDown as error:
        return fault("orders", str(error), "Look at PARLEY_ORDERS_URL and PARLEY_ORDERS_KEY, and at the service.")
    return fine("orders", "the service answers")


async def help_center(settings: Settings) -> Finding:
    try:
        knowledge = await asyncio.to_thread(lambda: load(kb_folder(settings)))
    except FaultsError as error:
        return fault("help_center", f"{len(error.faults)} faults, first {error.faults[0]}", "Run: parley kb check")
    return fine("help_center", f"{len(knowledge.ids)} entries, {', '.join(knowledge.languages)}")


async def files(settings: Settings) -> Finding:
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = settings.connections + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        what = f"{soft} files may be open, {needed} are needed for PARLEY_CONNECTIONS={settings.connections}"
        return fault("files", what, f"Raise the limit (LimitNOFILE={needed}, or ulimit -n), or lower the setting.")
    return fine("files", f"{soft} may be open")


CHECKS: tuple[Callable[[Settings], Awaitable[Finding]], ...] = (
    versions,
    public_url,
    proxy,
    secrets,
    origins,
    database,
    clock,
    disk,
    redis,
    mail,
    sign_in,
    orders,
    help_center,
    files,
)
