"""Figures are read as each language writes them."""

from __future__ import annotations

import time

import pytest

from bot.knowledge.figures import figures

SAME = [
    (["costs 3.90", "cuesta 3,90", "coûte 3,90"], {"3.9"}),
    (["10% off", "10 % menos", "10\u202f% de moins"], {"10%"}),
    (["10 percent", "10 por ciento", "10 pour cent"], {"10%"}),
    (["8 am to 10 pm", "de 8:00 a 22:00", "de 8 h à 22 h"], {"8", "22"}),
    (["8:30 am to 12 pm", "de 8:30 a 12:00", "de 8 h 30 à 12 h"], {"8:30", "12"}),
    (["12:15 a.m.", "a las 0:15", "à 0h15"], {"0:15"}),
    (["within 24 hours", "en 24 horas", "sous 24 h"], {"24"}),
    (["3-10 business days", "de 3 a 10 días", "3 à 10 jours"], {"3", "10"}),
    (["1,000 coins", "1.000 monedas", "1\u202f000 pièces"], {"1000"}),
    (["1,234.50", "1.234,50", "1 234,50"], {"1234.5"}),
    (["CV-7K3QX9", "el CV-7K3QX9", "no CV-7K3QX9"], {"CV-7K3QX9"}),
    (["20 USD/EUR", "20 USD/EUR", "20 USD/EUR"], {"20"}),
    (["100 coins = 1 USD", "100 monedas = 1 USD", "100 pièces = 1 USD"], {"100", "1"}),
    (["the 2nd try", "el 2.º intento", "le 2e essai"], {"2"}),
    (["no figure", "ninguna", "aucun"], set()),
]


@pytest.mark.parametrize(("texts", "expected"), SAME, ids=[texts[0] for texts, _ in SAME])
def test_the_same_figures_in_three_languages(texts, expected):
    for text, language in zip(texts, ("en", "es", "fr"), strict=True):
        assert figures(text, language) == expected, language


def test_different_figures_differ():
    assert figures("3.90", "en") != figures("39,0", "es")
    assert figures("10%", "en") != figures("10", "es")
    assert figures("8 pm", "en") != figures("8 h", "fr")
    assert figures("1.000", "es") != figures("1.000", "en")


@pytest.mark.parametrize(
    "text", ["1 " * 20000, "a-" * 20000, "1," * 20000, "a-1" * 10000, "8:" * 20000, "1 000" * 9000]
)
def test_no_text_keeps_it_busy(text):
    started = time.perf_counter()
    figures(text, "fr")
    assert time.perf_counter() - started < 2
