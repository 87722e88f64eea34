"""Somebody of the staff at their own account: a browser with a cookie, and a phone that makes codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyotp

from bot.demo.seed import PASSWORD
from tests.shop import STAFF, Shop

CSRF = {"X-CSRF": "1"}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass
class Browser:
    """One browser: it keeps the session's cookie."""

    shop: Shop
    cookie: str = ""
    agent: str = FIREFOX

    async def asks(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Send a request and return status and JSON; a cookie that comes back is kept."""
        sent = {**CSRF, "User-Agent": self.agent, **headers}
        if self.cookie:
            sent["Cookie"] = f"parley_session={self.cookie}"
        async with self.shop.http.request(method, path, json=body, headers=sent) as answer:
            if told := answer.cookies.get("parley_session"):
                self.cookie = told.value
            return answer.status, await answer.json()

    async def signs_in(self, name: str, password: str = PASSWORD) -> tuple[int, Any]:
        return await self.asks("POST", "/api/session", {"email": STAFF[name][0], "password": password})

    async def sets_up_totp(self, shop_clock: Any, password: str | None = PASSWORD) -> tuple[pyotp.TOTP, list[str]]:
        """Switch the second factor on; return the phone and the recovery codes."""
        status, told = await self.asks("POST", "/api/account/totp", {"password": password})
        assert status == 200, told
        phone = pyotp.TOTP(told["key"])
        status, told = await self.asks("PUT", "/api/account/totp", {"code": phone.at(shop_clock.now())})
        assert status == 200, told
        return phone, told["recovery_codes"]
