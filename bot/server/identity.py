"""Who is calling: the session cookie, and what the origin of a request says."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from bot.errors import Forbidden

SECURE_COOKIE = "__Host-parley"
PLAIN_COOKIE = "parley_session"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SAFE = ("GET", "HEAD", "OPTIONS")


def is_loopback(host: str | None) -> bool:
    """Return whether the name means this machine."""
    return host in _LOOPBACK


_FAMILIES = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_of(request: web.BaseRequest) -> str | None:
    """Return family and system of the browser, such as `Firefox, Linux`: all that is kept of what it says."""
    agent = request.headers.get("User-Agent", "")
    family = next((name for mark, name in _FAMILIES if mark in agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in agent), None)
    return ", ".join(filter(None, (family, system))) or None


def cookie_name(public_url: str) -> str:
    """Return the cookie's name: without `Secure` only where plain http stays on this machine."""
    return SECURE_COOKIE if public_url.startswith("https://") else PLAIN_COOKIE


def session_token(request: web.BaseRequest, cookie: str) -> str | None:
    """Return the session token that the browser sent.

    Only in the cookie of `cookie_name`: a neighbour under the same domain can plant the other one.
    """
    return request.cookies.get(cookie)


def origin_of(url: str) -> str:
    """Return scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def check_unsafe(request: web.Request, own_origins: frozenset[str], *, form: bool = False) -> None:
    """Refuse a state-changing request that another site could have caused; a form sends no header of ours.

    Raises Forbidden.
    """
    if request.method in _SAFE:
        return
    if not form and request.headers.get("X-CSRF") != "1":
        raise Forbidden("The header X-CSRF: 1 is missing.")
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() not in own_origins:
        raise Forbidden("This request comes from another site.")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("This request comes from another site.")
