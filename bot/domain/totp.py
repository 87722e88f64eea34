"""The second factor: six digits that a phone makes of a key and the time (RFC 6238), and codes to fall back on."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

import pyotp

STEP_SECONDS = 30
DRIFT_STEPS = 1  # a phone's clock may be half a minute off
RECOVERY_CODES = 10
_GROUPS, _GROUP = 4, 4  # 16 characters of 32: 80 bits, so that a hash of it needs no salt and no work
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
ISSUER = "Parley"


def new_key() -> str:
    """Return a key of 160 bits in base 32."""
    return pyotp.random_base32()


def link_of(key: str, email: str) -> str:
    """Return what an authenticator app reads from the picture."""
    return pyotp.TOTP(key).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(key: str, code: str, now: datetime) -> int | None:
    """Return the half minute whose code this is, None when it is of none that counts now."""
    digits = "".join(code.split())
    totp, current = pyotp.TOTP(key), int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), digits.encode()):
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Return codes such as `k3mf-9x2a-pq7d-w8zt`, each good for one sign-in."""
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    ]


def plain_code(code: str) -> str:
    """Return a recovery code as it is hashed: however somebody typed it."""
    return "".join(c for c in code.lower() if c.isalnum())
