"""Languages of short messages, alone and in a conversation."""

from __future__ import annotations

import pytest

from bot.locale.identify import Identifier


@pytest.fixture(scope="module")
def identifier() -> Identifier:
    return Identifier(
        {
            "en": ["where is my parcel", "I want a refund", "cancel my order", "my card was declined"],
            "es": ["dónde está mi paquete", "quiero un reembolso", "cancelar mi pedido", "mi tarjeta fue rechazada"],
            "fr": ["où est mon colis", "je veux un remboursement", "annuler ma commande", "ma carte est refusée"],
        }
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hello there", "en"),
        ("thanks a lot", "en"),
        ("my parcel", "en"),
        ("gracias", "es"),
        ("¿y mi pedido?", "es"),
        ("no me llega", "es"),
        ("merci beaucoup", "fr"),
        ("mon colis", "fr"),
        ("je suis perdu", "fr"),
        ("où est ma commande", "fr"),
    ],
)
def test_short_messages(identifier, text, language):
    assert identifier.identify(text).language == language


@pytest.mark.parametrize(
    ("conversation", "text", "language"),
    [
        ("es", "ok", "es"),
        ("fr", "ok", "fr"),
        ("es", "???", "es"),
        ("fr", "4410-2290", "fr"),
        ("es", "PayPal", "es"),
        ("en", "où est mon colis", "fr"),
        ("en", "je voudrais annuler ma commande", "fr"),
        ("fr", "sorry, can we speak english please", "en"),
        ("en", "perdón, mejor en español por favor", "es"),
        ("de", "where is my parcel", "en"),
        ("", "donde esta mi paquete", "es"),
        (None, "ok", "en"),
    ],
)
def test_a_conversation_is_not_switched_by_a_word_but_by_a_sentence(identifier, conversation, text, language):
    assert identifier.identify(text, conversation=conversation).language == language


def test_with_one_language_there_is_nothing_to_tell():
    assert Identifier({"es": ["hola"]}).identify("where is my parcel").language == "es"


def test_the_probability_is_one(identifier):
    assert identifier.identify("merci beaucoup pour votre aide").probability > 0.95
    assert identifier.identify("").probability < 0.6
