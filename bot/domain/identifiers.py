"""Ids and secrets: UUIDv7 for rows (sortable, no authority), 256-bit tokens for people."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
import uuid

_VERSION_AND_VARIANT = 0x7 << 76 | 0b10 << 62


def new_id() -> str:
    """Return a UUIDv7 (RFC 9562): 48 bits of milliseconds, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10))
    high, low = random >> 62 & 0xFFF, random & (1 << 62) - 1
    return str(uuid.UUID(int=milliseconds << 80 | _VERSION_AND_VARIANT | high << 64 | low))


def new_token() -> str:
    """Return 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return what is stored of a token: SHA-256 in hex (the token has enough entropy to need no salt)."""
    return hashlib.sha256(token.encode()).hexdigest()
