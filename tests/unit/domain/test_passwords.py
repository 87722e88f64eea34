"""What everybody tries first is refused; what only its owner thinks of is not."""

from __future__ import annotations

import time

import pytest

from bot.demo.seed import PASSWORD, PEOPLE
from bot.domain.passwords import is_common

EVERYBODY = """
123456789012 password1234 Password2024! qwertyuiop12 passwordpassword aaaaaaaaaaaaa abcabcabcabc Welcome12345!
P@ssw0rd1234 adminadmin123 letmein12345 iloveyou12345 1q2w3e4r5t6y motdepasse123 contraseña123 zaq12wsxcde3
qwerty123456 abcdefghijkl 1qaz2wsx3edc administrator1 Summer2026!! trustno1trustno1 superman12345 amirshop12345
987654321098 bienvenue2026 azertyuiop12 000000000000 contrasena2026 football12345 Septiembre2026
""".split()  # noqa: SIM905  # as a list it would be a page long
ONES_OWN = [
    "correct horse table staple now",
    "tulip-anchor-93-fig",
    "Xk3!vP0q_zzT",
    "violet umbrella 77",
    "el burro sabe mucho",
    "hunting for mushrooms",
    "caravan-demo-2026",
    "нет такого слова",
]


@pytest.mark.parametrize("password", EVERYBODY)
def test_common_patterns_are_known(password: str):
    assert is_common(password, ["Amir", "amir@shop.example"])


@pytest.mark.parametrize("password", ONES_OWN)
def test_others_are_not(password: str):
    assert not is_common(password, ["Amir", "amir@shop.example"])


@pytest.mark.parametrize("text", ["a" * 128, "ab" * 64, "passwordadmin" * 9, "qwerty" * 21, "é" * 128, "1a" * 64])
def test_a_long_one_is_judged_at_once(text: str):
    began = time.perf_counter()
    is_common(text)
    assert time.perf_counter() - began < 0.25


def test_the_demos_own_password_lets_its_people_in():
    assert not [email for name, email, *_ in PEOPLE if is_common(PASSWORD, (name, email))]
