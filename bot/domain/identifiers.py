"""Ids and secrets: UUIDv7 for rows (sortable, no authority), 256-bit tokens for people."""

from __future__ import annotations

import hashlib
import random
import secrets
import time

_VERSION_AND_VARIANT = 0x7 << 76 | 0b10 << 62


def new_id() -> str:
    """Return a UUIDv7 (RFC 9562): 48 bits of milliseconds, 74 random bits.

    Ids carry no authority, so their bits need not be unguessable; asking the kernel for them, about ten times a turn,
    cost more than anything else in it.
    """
    milliseconds = time.time_ns() // 1_000_000
    bits = random.getrandbits(74)  # nosec B311  # seeded by the kernel, and again after a fork
    high, low = bits >> 62, bits & (1 << 62) - 1
    digits = f"{milliseconds << 80 | _VERSION_AND_VARIANT | high << 64 | low:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def new_token() -> str:
    """Return 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return what is stored of a token: SHA-256 in hex (the token has enough entropy to need no salt)."""
    return hashlib.sha256(token.encode()).hexdigest()
