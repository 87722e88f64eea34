"""An agent who writes in another language than the shopper is asked first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from tests.people import Agent, RefusedError, Shopper
from tests.shop import Shop


@pytest.fixture
async def with_amir(shop: Shop, amir: Agent) -> AsyncIterator[Shopper]:
    """Give a Spanish-speaking shopper whom Amir has."""
    shopper = await Shopper(shop).comes(locale="es")
    await shopper.says("¿Dónde está mi paquete? Lo pedí hace dos semanas")
    await amir.takes_over(shopper)
    yield shopper
    await shopper.leave()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Your parcel will arrive tomorrow morning", "en"),
        ("Votre colis arrivera demain matin chez vous", "fr"),
        ("I have just looked it up for you, it is in Madrid now", "en"),
    ],
)
async def test_a_clearly_other_language_is_asked_about(with_amir: Shopper, amir: Agent, text: str, found: str):
    with pytest.raises(RefusedError) as refused:
        await amir.writes(with_amir, text)
    assert (refused.value.code, refused.value.params) == ("conflict", {"found": found, "expected": "es"})
    seen = await with_amir.sees()
    assert text not in [message["text"] for message in seen]
    client_id = uuid4().hex
    sent = [
        await amir.gets("message_send", conversation_id=with_amir.id, client_id=client_id, text=text, **anyway)
        for anyway in ({"anyway": True}, {})  # the same message again is not asked about again
    ]
    assert sent[0] == sent[1]


@pytest.mark.parametrize(
    "text",
    [
        "Tu paquete llega mañana por la mañana",
        "ok",
        "DHL Express Worldwide",
        "https://track.example/parcel/where-is-it-now",
        "4711-2288-9933 1Z999AA10123456784",
        "Un momento, por favor: lo miro en el tracking de DHL",
        "Sí, claro",
        "Modelo Nike Air Max Black",
        "Perfecto, super cool, top service",
        "jajaja 😀 👍 ¡genial!",
    ],
)
async def test_what_is_not_clearly_another_language_just_goes(with_amir: Shopper, amir: Agent, text: str):
    await amir.writes(with_amir, text)
