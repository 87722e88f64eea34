"""Ids sort by time and say nothing; tokens cannot be guessed."""

from __future__ import annotations

import time
import uuid

import pytest

from bot.domain.identifiers import hash_token, new_id, new_token

COUNT = 20_000


def test_an_id_is_a_uuid_of_version_7():
    for _ in range(1000):
        parsed = uuid.UUID(new_id())
        assert parsed.version == 7
        assert parsed.variant == uuid.RFC_4122


def test_ids_are_unique():
    assert len({new_id() for _ in range(COUNT)}) == COUNT


def test_an_id_holds_the_time_in_milliseconds():
    before = time.time_ns() // 1_000_000
    moment = uuid.UUID(new_id()).int >> 80
    after = time.time_ns() // 1_000_000
    assert before <= moment <= after


def test_ids_sort_by_time_as_text(monkeypatch: pytest.MonkeyPatch):
    moments = iter(range(1_700_000_000_000_000_000, 1_700_000_001_000_000_000, 1_000_000))
    monkeypatch.setattr("bot.domain.identifiers.time.time_ns", lambda: next(moments))
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids)


def test_every_random_bit_of_an_id_varies(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.domain.identifiers.time.time_ns", lambda: 0)
    values = [uuid.UUID(new_id()).int for _ in range(200)]
    always, never = values[0], values[0]
    for value in values:
        always, never = always & value, never | value
    fixed = 0xF << 76 | 0b11 << 62
    assert always & ~fixed == 0, "a random bit was always set"
    assert never | fixed == (1 << 80) - 1, "a random bit was never set"


def test_tokens_are_long_unique_and_safe_in_an_address():
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(len(token) >= 43 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)


def test_what_is_stored_of_a_token_is_not_the_token():
    token = new_token()
    assert hash_token(token) == hash_token(token)
    assert token not in hash_token(token)
    assert hash_token(token) != hash_token(token + " ")
    assert len(hash_token(token)) == 64
