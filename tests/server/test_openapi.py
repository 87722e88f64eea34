"""The JSON API does what its description says, whoever asks and whatever they send (schemathesis, all checks)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from copy import deepcopy
from typing import Any

import pytest
import pytest_asyncio
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.fakes import FrozenClock
from tests.people import shops
from tests.shop import STAFF, Premises, Shop

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENDS_SESSIONS = {("DELETE", "/api/session")}
LONGEST_QUERY = 3000
"""Characters; lines over 8 KiB are refused by aiohttp itself, before there is a request."""
FEW, MANY = 1, 60
"""Requests for each operation, role and kind (valid, invalid): each commit, and with --full."""
REFUSALS = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "429"]
STRICT = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}})
"""What is invalid may be refused as too large, too."""
LONG = 600
"""Characters of an operation's parameters from which on making a request of them takes a second."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(premises: Premises, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    async with shops(premises, tmp_path_factory.mktemp("openapi"), FrozenClock()) as opening:
        yield await opening()


async def description(shop: Shop) -> dict[str, Any]:
    async with shop.http.get("/api/openapi.json") as response:
        assert response.status == 200
        told: dict[str, Any] = await response.json()
    return told


@pytest.mark.timeout(1800)
async def test_api_does_what_its_description_says_whoever_asks(shop: Shop, full):
    told = await description(shop)
    everybody = {"nobody": {"X-CSRF": "1"}}
    for who in STAFF:
        everybody[who] = {"X-CSRF": "1", "Cookie": f"parley_session={await shop.cookie_of(who)}"}
    await asyncio.to_thread(explore, told, shop.url, everybody, count=MANY if full else FEW, alike=full)


def explore(told: dict[str, Any], url: str, everybody: dict[str, dict[str, str]], *, count: int, alike: bool) -> None:
    """Try every operation with valid and with invalid requests, as everybody; raises what the checks find, all of it.

    alike: also those that ask after the very same as another one did.
    """
    found, seen = [], set()
    documents = {GenerationMode.POSITIVE: told, GenerationMode.NEGATIVE: without_credentials(told)}
    with requests.Session() as session:
        for mode, document in documents.items():
            for result in schemathesis.openapi.from_dict(document, config=STRICT).get_all_operations():
                operation = result.ok()
                asks = (mode, repr(told["paths"][operation.path][operation.method]["parameters"]))
                if (operation.method.upper(), operation.path) in ENDS_SESSIONS or (
                    asks in seen and len(asks[1]) > LONG and not alike
                ):
                    continue
                seen.add(asks)
                try:
                    attempt(operation, mode, session, count, url, everybody)
                except Unsatisfiable:
                    continue  # nothing is sent, so nothing can be invalid
                except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001  # each is a finding
                    found.append(f"{operation.label} ({mode.value}): {_said(error)}")
    assert not found, "\n\n".join(found)


def without_credentials(told: dict[str, Any]) -> dict[str, Any]:
    """Return the description without what the test sends with every request: a broken one would be repaired."""
    document = deepcopy(told)
    for operations in document["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
            operation["parameters"] = [one for one in operation["parameters"] if one["in"] != "header"]
    return document


def attempt(  # noqa: PLR0917
    operation: Any,
    mode: Any,
    session: requests.Session,
    count: int,
    url: str,
    everybody: dict[str, dict[str, str]],
) -> None:
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case: Any) -> None:
        assume(len(str(case.query)) < LONGEST_QUERY)
        # Periods that end before they begin have the right form all the same, and are refused.
        excluded = [positive_data_acceptance] if mode is GenerationMode.POSITIVE else []
        for headers in everybody.values():
            case.call_and_validate(base_url=url, session=session, headers=headers, excluded_checks=excluded, timeout=20)

    each()


def _said(error: BaseException) -> str:
    """Return every finding of a group in a few lines."""
    if isinstance(error, BaseExceptionGroup):
        return f"{error.message[:600]}\n" + "\n".join(_said(one) for one in error.exceptions)
    return f"{type(error).__name__}: {error}"[:900]
