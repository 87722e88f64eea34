"""A shop with an order service, and Dora in its chat."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.order_server import KEY, ORDER, OrderServer
from tests.people import OpenShop, Shopper
from tests.shop import Shop

NUMBER = ORDER["number"]


@pytest.fixture
async def order_shop(open_shop: OpenShop, order_server: OrderServer) -> Shop:
    """Open a shop with an order service."""
    return await open_shop(orders_url=order_server.url, orders_key=KEY)


@pytest.fixture
async def dora(order_shop: Shop) -> AsyncIterator[Shopper]:
    """Carol's sister, in that shop's chat."""
    shopper = await Shopper(order_shop).comes(time_zone="Europe/Madrid")
    yield shopper
    await shopper.leave()
