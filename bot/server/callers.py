"""From which network address a request came: a proxy is believed only when the configuration names it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

FORWARDED = "X-Forwarded-For"
THIS_MACHINE = ("127.0.0.1", "::1")
_OF_PROXIES = (FORWARDED, "X-Real-IP", "Forwarded", "Via")

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Proxies:
    """The proxies before this server."""

    def __init__(self, named: Iterable[str], public_url: str) -> None:
        """Believe those that are named; without any, one on this machine when the public address is https.

        This server speaks no TLS, so then there is one.
        """
        self._networks: tuple[Network, ...] = tuple(map(ip_network, named))
        if not self._networks and public_url.startswith("https://"):
            self._networks = tuple(map(ip_network, THIS_MACHINE))

    def caller_of(self, request: web.BaseRequest) -> str:
        """Return the network address of whoever sent the request.

        Every proxy adds whom it heard from at the end, in the same line or one of its own, so the list is read from
        there for as long as proxies of ours wrote it. What stands before is the caller's own invention.
        """
        found = request.remote or ""
        listed = ",".join(request.headers.getall(FORWARDED, ())).split(",")
        while listed and self._believes(found):
            told = _address(listed.pop())
            if told is None:
                break
            found = str(told)
        return found

    def _believes(self, address: str) -> bool:
        known = _address(address)
        return known is not None and any(known in network for network in self._networks)


def _address(text: str) -> Address | None:
    """Return the address; one of the old kind in the clothes of the new is the old one."""
    address: Address | None = None
    with contextlib.suppress(ValueError):
        address = ip_address(text.strip())
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


PROXIES = web.AppKey("proxies", Proxies)


def address_of(request: web.Request) -> str:
    """Return the network address of whoever sent the request."""
    return request.app[PROXIES].caller_of(request)


def is_from_here(request: web.BaseRequest) -> bool:
    """Whether a program on this machine asks for itself: not a proxy for somebody else."""
    return request.remote in THIS_MACHINE and not any(name in request.headers for name in _OF_PROXIES)
