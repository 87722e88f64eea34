"""A browser that signs in by the company's own service."""

from __future__ import annotations

from typing import Any

import aiohttp

from tests.server.accounts import Browser
from tests.shop import Shop


class Visitor:
    """A browser that follows where it is sent, and keeps cookies."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.cookies: dict[str, str] = {}

    async def goes(self, address: str, **headers: str) -> str:
        """Fetch an address; return where it leads, or nothing."""
        path = address.removeprefix(self.shop.url)
        here = path.startswith("/")
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {**({"Cookie": kept} if here and kept else {}), **headers}
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
            http.get(self.shop.url + path if here else path, headers=sent, allow_redirects=False) as answer,
        ):
            for name, cookie in answer.cookies.items() if here else ():
                self.cookies.pop(name, None)
                if cookie.value:
                    self.cookies[name] = cookie.value
            return answer.headers.get("Location", "")

    async def signs_in(self, page: str = "agent") -> str:
        """Go to the service and come back; return the page that it ends on."""
        return await self.goes(await self.goes(await self.goes(f"/sign-in/start?page={page}")))

    async def who(self) -> tuple[int, Any]:
        return await Browser(self.shop, self.cookies.get("parley_session", "")).asks("GET", "/api/session")
