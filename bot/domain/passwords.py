"""What a password must be: long, and nothing that everybody tries first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

SHORTEST = 12
LONGEST = 128
FEW = 5  # different characters: fewer make a long password a short one
MOST_PARTS = 3  # words or walks: four are a passphrase
SHORT_REST = 4  # letters that may be left over when the common words are taken out

_LOOKALIKES = str.maketrans("0134579@$!|+€", "oleastgasilte")
_WALKS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "09876543210987654321",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujm",
)
_COMMON = frozenset(
    """
    abc access account admin administrator adminadmin agent amigo amor amour angel anthony apple asdf asdfgh ashley
    azerty babygirl bailey banana barcelona baseball batman bienvenida bienvenido bienvenue bonjour buster
    carlos changeme changeit charlie chat cheese chelsea chocolat chocolate clave coffee company computer contrasena
    cookie corazon correct daniel default demo diamond doudou dragon estrella familia family flower football forever
    freedom friend friends fuckyou futbol gatito guest hannah harley hello help helpdesk hola horse hunter iloveyou
    internet jasmine jennifer jessica jesus jordan joshua justin killer letmein liberty liverpool login loulou london
    love lovely loveme madrid maestro manager mariposa marseille master matrix matthew merlin michael michelle mickey
    monkey motdepasse monday money morgan mustang naruto nicole nothing oublie pass passer passe passion passw passwd
    passwort password passphrase pepper pokemon princesa princess princesse purple qazwsx qwer qwert qwerty qwertz root
    samsung secret secreto secure security senha server service shadow shop soccer soleil sommer spring starwars staple
    battery store student summer sunshine superman superuser support system tequiero test teste tester testing tienda
    thomas tigger toor trustno travel tresor trustnoone user usuario verano welcome whatever william winter yellow
    zxcvbn january february march april may june july august september october november december enero febrero marzo
    abril mayo
    junio julio agosto septiembre octubre noviembre diciembre janvier fevrier mars avril mai juin juillet aout septembre
    octobre novembre decembre autumn printemps hiver automne parley
    """.split()  # noqa: SIM905  # as a list it would be a page long
)


def is_common(password: str, about: Iterable[str] = ()) -> bool:
    """Whether a guesser gets there early: a walk over the keyboard, a repetition, or common words and some digits.

    `about` is what everybody knows of the person (name, address), which counts as common. Lists of leaked passwords
    hold little else once twelve characters are asked for, so the patterns are here and not the lists.
    """
    plain = _folded(password)
    if len(set(plain)) < FEW or _repeats(plain) or _walks(plain):
        return True
    known = _COMMON | {word for text in about for word in re.findall(r"[a-z]{3,}", _folded(text.partition("@")[0]))}
    return any(_is_made_of(letters, known) for letters in _spellings(plain))


def _folded(text: str) -> str:
    """Return the text in small letters without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _repeats(text: str) -> bool:
    """Whether the text is one short piece again and again."""
    return any(text == (text[:size] * (len(text) // size + 1))[: len(text)] for size in range(1, len(text) // 2 + 1))


def _walks(text: str) -> bool:
    """Whether the text is at most three stretches of neighbouring keys or letters."""
    plain = re.sub(r"[^a-z0-9]", "", text)
    if not plain:
        return False
    stretches, at = 0, 0
    while at < len(plain):
        size = max(_along(plain[at:], walk) for walk in _WALKS)
        if size < FEW - 1 and size < len(plain) - at:
            return False
        stretches, at = stretches + 1, at + size
    return stretches <= MOST_PARTS


def _along(text: str, walk: str) -> int:
    """Return how many of the first characters are neighbours, in one direction or the other."""
    size = 1
    while size < len(text) and (text[: size + 1] in walk or text[: size + 1] in walk[::-1]):
        size += 1
    return size


def _spellings(text: str) -> tuple[str, ...]:
    """Return the letters of the text: as they are, and with digits read as the letters that they look like."""
    read = re.sub(r"\d+\W*$", "", text).translate(_LOOKALIKES)
    return tuple("".join(c for c in spelt if c.isalpha()) for spelt in (text, read))


def _is_made_of(letters: str, known: Iterable[str]) -> bool:
    """Whether common words, up to three of them, leave hardly a letter over."""
    if not letters:
        return True
    rest, used = letters, 0
    for word in sorted((word for word in known if word in letters), key=len, reverse=True):
        while word in rest and used < MOST_PARTS:
            rest, used = rest.replace(word, "", 1), used + 1
    return used > 0 and len(rest) <= SHORT_REST and len(letters) <= 4 * FEW + SHORT_REST
