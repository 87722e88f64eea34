"""Errors: a code for machines, a sentence for people."""

from __future__ import annotations

import pytest

from bot import errors
from bot.errors import FaultsError, KnowledgeError, ParleyError, SettingsError, TooFast, TooLarge

CODES = {
    "internal": 500,
    "bad_input": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "too_large": 413,
    "too_fast": 429,
    "unavailable": 503,
    "unknown_event": 400,
}


def kinds() -> list[type[ParleyError]]:
    return [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ParleyError)]


def test_codes_and_statuses_are_the_promised_ones():
    assert {kind.code: kind.status for kind in kinds()} == CODES
    assert len(kinds()) == len(CODES)


def test_the_sentence_is_filled_and_the_key_is_kept():
    error = TooLarge("At most {limit} characters, got {length}.", limit=4000, length=5120)
    assert str(error) == "At most 4000 characters, got 5120."
    assert error.message == "At most {limit} characters, got {length}."
    assert error.params == {"limit": 4000, "length": 5120}


def test_a_sentence_without_places_may_hold_braces():
    assert str(ParleyError("Expected {, got }.")) == "Expected {, got }."


def test_what_a_client_wrote_is_not_read_as_a_place():
    assert str(TooFast("Got {found}.", found="{retry_after}")) == "Got {retry_after}."


@pytest.mark.parametrize(("kind", "exit_code"), [(SettingsError, 78), (KnowledgeError, 2), (FaultsError, 2)])
def test_start_up_problems_list_every_fault_and_know_their_exit_code(kind: type[FaultsError], exit_code: int):
    error = kind(["one: bad", "two: worse"])
    assert error.exit_code == exit_code
    assert str(error).splitlines() == [f"{kind.heading}:", "  one: bad", "  two: worse"]
    assert error.faults == ["one: bad", "two: worse"]
