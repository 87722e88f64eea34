"""Turns of phrase: each says what it does, and an ordinary question says nothing."""

from __future__ import annotations

import pytest

from bot.dialogue import cues
from bot.dialogue.cues import Said

QUESTIONS = {
    "en": [
        "where is my order",
        "can I cancel my order",
        "how do I look up past orders",
        "my parcel is late",
        "do you ship to Peru",
    ],
    "es": [
        "¿dónde está mi pedido?",
        "¿puedo cancelar mi pedido?",
        "no me llega el correo",
        "quiero devolver un abrigo",
    ],
    "fr": [
        "où est ma commande ?",
        "puis-je annuler ma commande ?",
        "je n'ai pas reçu mon colis",
        "comment payer en plusieurs fois",
    ],
}


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, texts in QUESTIONS.items() for text in texts]
)
def test_an_ordinary_question_gives_no_cue(language, text):
    for cue in (
        cues.asks_for_a_look,
        cues.asks_to_act,
        cues.turns_down,
        cues.closes,
        cues.names_a_topic,
        cues.is_contentless,
    ):
        assert not cue(Said.of(text, language)), cue.__name__


@pytest.mark.parametrize(
    ("cue", "language", "text"),
    [
        (cues.asks_for_a_look, "en", "Can you please check whether my order has left?"),
        (cues.asks_for_a_look, "en", "look up my order"),
        (cues.asks_for_a_look, "es", "¿Me podrías revisar el pedido?"),
        (cues.asks_for_a_look, "fr", "Vous pouvez regarder où en est ma commande ?"),
        (cues.asks_to_act, "en", "could you sort this out for me please"),
        (cues.asks_to_act, "es", "¿lo puedes mirar?"),
        (cues.asks_to_act, "fr", "pouvez-vous vous en occuper ?"),
        (cues.turns_down, "en", "that doesn't help"),
        (cues.turns_down, "en", "none of those"),
        (cues.turns_down, "es", "nada de eso"),
        (cues.turns_down, "fr", "non, ce n'est pas ça"),
        (cues.closes, "en", "ok thanks"),
        (cues.closes, "es", "vale, gracias"),
        (cues.closes, "fr", "d'accord merci"),
        (cues.follows_up, "en", "and on Sundays?"),
        (cues.follows_up, "es", "¿y los domingos?"),
        (cues.follows_up, "fr", "et le dimanche ?"),
        (cues.names_a_topic, "en", "I have a problem with my account"),
        (cues.names_a_topic, "es", "una duda sobre el pago"),
        (cues.names_a_topic, "fr", "c'est pour un retour"),
        (cues.is_contentless, "en", "it doesn't work"),
        (cues.is_contentless, "es", "no funciona"),
        (cues.is_contentless, "fr", "ça marche pas"),
        (cues.is_contentless, "en", "???"),
        (cues.is_contentless, "en", "sdfghjkl"),
        (cues.points_to_thing, "en", "and does it expire?"),
        (cues.points_to_thing, "en", "do they run out?"),
        (cues.points_to_thing, "fr", "il est valable combien de temps ?"),
        (cues.points_to_event, "en", "and what does that cost?"),
        (cues.points_to_event, "es", "¿y eso cuánto tarda?"),
        (cues.points_to_event, "es", "y cuánto sale"),
        (cues.points_to_event, "fr", "et ça prend combien de temps ?"),
        (cues.complains_vaguely, "en", "I've got a problem with something I bought"),
        (cues.complains_vaguely, "es", "tengo un problema con algo que compré"),
        (cues.complains_vaguely, "fr", "j'ai un souci avec quelque chose que j'ai acheté"),
    ],
)
def test_cues(cue, language, text):
    assert cue(Said.of(text, language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "and if it turns up broken?"),
        ("en", "it says the coupon code has expired already"),
        ("es", "¿y si eso llega roto?"),
        ("fr", "et s'il n'arrive jamais ?"),
        ("fr", "il faut payer la douane ?"),
    ],
)
def test_a_new_case_does_not_stand_on_the_turn_before(language, text):
    assert not cues.points_to_thing(Said.of(text, language))
    assert not cues.points_to_event(Said.of(text, language))


def test_a_named_thing_is_no_vague_complaint():
    assert not cues.complains_vaguely(Said.of("I've got a problem with my washing machine", "en"))


def test_a_language_without_patterns_gives_no_cue():
    assert not cues.turns_down(Said.of("das hilft nicht", "de"))
