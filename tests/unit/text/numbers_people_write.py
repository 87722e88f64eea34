"""A labelled corpus of what people write with numbers in it: half of it holds a card's, half of it none."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

_SENTENCES = {
    "en": (
        "my card is {}",
        "I paid with {} yesterday",
        "{}",
        "visa {} exp 12/28 cvv 123",
        "charge {} please, thanks",
        "{} 12/28 123",
    ),
    "es": ("mi tarjeta es {}", "pagué con {} ayer", "{}", "tarjeta: {}, caduca 12/28", "el número {} no funciona"),
    "fr": (
        "ma carte est {}",
        "j'ai payé avec {} hier",
        "{}",
        "carte bleue {} expire 12/28",
        "le numéro {} ne passe pas",
    ),
}
_ABOUT = {
    "en": ("where is order {}?", "my order number is {}", "{} has not arrived", "it says {} on the label"),
    "es": ("¿dónde está el pedido {}?", "mi número de pedido es {}", "{} no ha llegado", "en la etiqueta pone {}"),
    "fr": ("où est la commande {} ?", "mon numéro de commande est {}", "{} n'est pas arrivé", "l'étiquette dit {}"),
}
_ISSUERS = (("4", 16), ("4", 16), ("4", 19), ("4", 13), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15))
_ISSUERS += (("37", 15), ("36", 14), ("38", 14), ("3528", 16), ("6011", 16), ("65", 16), ("62", 16), ("6304", 16))
_GAPS = ("", "", " ", " ", " ", "-", ".", "\u00a0", "\u2009", "\u202f", "  ", " - ", "\u2013", "/", "\u200b", "_")
_SCRIPTS = ("0123456789",) * 8 + ("\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19",)
_SCRIPTS += ("\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669",)


@dataclass(frozen=True)
class Written:
    """A text, and the card number in it; None when there is none."""

    text: str
    card: str | None
    kind: str


def corpus(seed: int = 9, n: int = 2000) -> list[Written]:
    """Return the corpus, the same for the same seed."""
    chance = random.Random(seed)
    others: tuple[tuple[str, Callable[[random.Random], str]], ...] = (
        ("order", _order),
        ("order", _order),
        ("order", _order),
        ("phone", _phone),
        ("date", _date),
        ("parcel", _parcel),
        ("price", _price),
    )
    found = []
    for number in range(n):
        language = ("en", "es", "fr")[number % 3]
        if number % 2:
            digits = card(chance)
            text = chance.choice(_SENTENCES[language]).format(_as_typed(digits, chance))
            found.append(Written(text, digits, "card"))
        else:
            kind, make = others[chance.randrange(len(others))]
            found.append(Written(chance.choice(_ABOUT[language]).format(make(chance)), None, kind))
    return found


def card(chance: random.Random) -> str:
    """Return a made-up number that passes for a card's; its check digit is reckoned here, not by the code."""
    prefix, length = chance.choice(_ISSUERS)
    body = prefix + _digits(chance, length - 1 - len(prefix))
    doubled = (int(d) * (2 - place % 2) for place, d in enumerate(reversed(body)))
    return body + str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def _as_typed(digits: str, chance: random.Random) -> str:
    gap = chance.choice(_GAPS)
    sizes = (4, 6, 5) if len(digits) == 15 else (4, 6, 4) if len(digits) == 14 else (4, 4, 4, 4, 3)
    groups, at = [], 0
    for size in sizes:
        groups.append(digits[at : at + size])
        at += size
    if chance.random() < 0.03:
        groups, gap = list(digits), " "
    script = chance.choice(_SCRIPTS)
    return "".join(script[int(c)] if c.isdigit() else c for c in gap.join(filter(None, groups)))


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices("0123456789", k=count))


def _order(chance: random.Random) -> str:
    shapes = (
        "CV-######",
        "CV-############",
        "###-#######-#######",
        "#######",
        "##########",
        "8##############",
        "#####-AB",
    )
    shape = chance.choice((*shapes, "W-################", "3007-#######", "20##-######"))
    return "".join(chance.choice("0123456789") if c == "#" else c for c in shape)


def _phone(chance: random.Random) -> str:
    shapes = (
        "+34 6## ### ###",
        "6## ## ## ##",
        "06 ## ## ## ##",
        "+33 6 ## ## ## ##",
        "+1 (555) ###-####",
        "0034 6########",
    )
    shape = chance.choice((*shapes, "+52 1 55 #### ####", "(###) ###-####", "06 ## ## ## ## / 01 ## ## ## ##"))
    return "".join(chance.choice("0123456789") if c == "#" else c for c in shape)


def _date(chance: random.Random) -> str:
    y, m, d = chance.randrange(2020, 2031), chance.randrange(1, 13), chance.randrange(1, 29)
    shapes = (
        f"{y}-{m:02}-{d:02}",
        f"{d}/{m}/{y}",
        f"{y}-{m:02}-{d:02} 14:30:00",
        f"{d:02}.{m:02}.{y} - {d:02}.{m:02}.{y + 1}",
    )
    return chance.choice((*shapes, f"{y}{m:02}{d:02}143000", f"{d:02}/{m:02}/{y} 10:15 {d:02}/{m:02}/{y} 18:45"))


def _parcel(chance: random.Random) -> str:
    shapes = (
        "RR#########ES",
        "1Z999AA1##########",
        "LP00##############",
        "9400 1000 0000 0000 0000 ##",
        "JD0146#########",
        "UB#########CN",
    )
    return "".join(chance.choice("0123456789") if c == "#" else c for c in chance.choice(shapes))


def _price(chance: random.Random) -> str:
    return chance.choice(
        ("49.90 + 3.99 = 53.89", "1 299,00 €", "2 x 1.249,50 EUR", "$12,345.67", "3 000 000", "12 34 56 78")
    )
