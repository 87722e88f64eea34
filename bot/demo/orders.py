"""The demo shop's own orders, served in the form that every shop's order service has."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.clock import Clock
from bot.domain.orders import OrderStatus

PATH = "/demo"
EMAIL = "carol@caravan.example"
PLACED, SHIPPED, CUSTOMS = OrderStatus.PLACED, OrderStatus.SHIPPED, OrderStatus.IN_CUSTOMS
OUT, DELIVERED, RETURNED = OrderStatus.OUT_FOR_DELIVERY, OrderStatus.DELIVERED, OrderStatus.RETURNED

Way = tuple[tuple[OrderStatus, int], ...]

ORDERS: dict[str, Way] = {
    "CV-204560": ((PLACED, 7),),
    "CV-204518": ((PLACED, 120), (SHIPPED, 48)),
    "CV-204102": ((PLACED, 96), (SHIPPED, 50), (OUT, 3)),
    "CV-203990": ((PLACED, 290), (SHIPPED, 220), (CUSTOMS, 72)),
    "CV-203771": ((PLACED, 220), (SHIPPED, 170), (OUT, 100), (DELIVERED, 96)),
    "CV-203512": ((PLACED, 480), (SHIPPED, 430), (DELIVERED, 340), (RETURNED, 75)),
}
"""Number to its way: each status, and how many hours ago that was."""
EXPECTED: dict[str, int] = {"CV-204560": 5, "CV-204518": 1, "CV-204102": 0, "CV-203990": 4}
"""In how many days an order should arrive."""
TRACKED = {"CV-204518": "CN204518772ES", "CV-203990": "CN203990114ES"}


def order_routes(key: str, clock: Clock) -> list[web.RouteDef]:
    """Return the service's one route; it answers whoever knows the key."""

    async def order(request: web.Request) -> web.StreamResponse:
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {key}".encode()):
            return web.json_response({}, status=401)
        number = request.match_info["number"].upper()
        if number not in ORDERS or request.query.get("email", "").lower() != EMAIL:
            return web.json_response({}, status=404)
        return web.json_response(_told(number, clock))

    return [web.get(f"{PATH}/orders/{{number}}", order)]


def _told(number: str, clock: Clock) -> dict[str, Any]:
    now = clock.now()
    way = [
        {"status": status.value, "at": (now - timedelta(hours=hours)).isoformat()} for status, hours in ORDERS[number]
    ]
    told: dict[str, Any] = {"number": number, "timeline": way}
    if number in EXPECTED:
        told["expected_on"] = (now + timedelta(days=EXPECTED[number])).date().isoformat()
    if number in TRACKED:
        told["tracking_number"] = TRACKED[number]
    return told
