"""The shop's server says who a shopper is, by a short JSON Web Token; anything odd about it is refused alike."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey, OKPKey

from bot.clock import Clock
from bot.domain.identities import Identity
from bot.errors import Unauthorized, Unavailable
from bot.settings import Settings
from bot.text.normalize import clean

LONGEST_SECONDS = 3600  # from `iat` to `exp`: what leaks is soon worth nothing
LATEST = 1 << 40  # seconds since 1970
SKEW_SECONDS = 60  # the shop's clock may be ahead
SUBJECT, NAME, EMAIL = 255, 120, 254  # characters
_SECRET_ALGORITHMS = ["HS256"]
_PUBLIC_ALGORITHMS = ["EdDSA", "Ed25519"]
NOT_GOOD = "The shop's signature for this customer is not good, or it is too old."


class Signatures:
    """Reads tokens with the shop's keys; which algorithm goes with a key is never the token's choice."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        secrets = [key for key in (settings.identity_key, settings.identity_key_before) if key]
        self._keys: list[tuple[OctKey | OKPKey, list[str]]] = [
            *((OctKey.import_key(key), _SECRET_ALGORITHMS) for key in secrets),
            *((_public(key), _PUBLIC_ALGORITHMS) for key in settings.identity_public_keys),
        ]
        self._audience = settings.identity_audience
        self._clock = clock

    @property
    def set_up(self) -> bool:
        """Whether the shop has given a key."""
        return bool(self._keys)

    def read(self, token: str) -> Identity:
        """Return whom the token is about. Raises Unauthorized, Unavailable where there is no key."""
        if not self._keys:
            raise Unavailable("This shop has not set that up.")
        for key, algorithms in self._keys:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # EdDSA is the older name of Ed25519, and still what shops write
                    claims = jwt.decode(token, key, algorithms=algorithms).claims
            except (JoseError, ValueError, TypeError, KeyError, RecursionError):
                continue
            return self._checked(claims)
        raise Unauthorized(NOT_GOOD)

    def _checked(self, claims: Mapping[str, Any]) -> Identity:
        now = self._clock.now().timestamp()
        issued, expires = _time(claims.get("iat")), _time(claims.get("exp"))
        audience, subject = claims.get("aud"), claims.get("sub")
        good = (
            expires > now
            and issued <= now + SKEW_SECONDS
            and 0 < expires - issued <= LONGEST_SECONDS
            and self._audience in (audience if isinstance(audience, list) else [audience])
        )
        if not good or not isinstance(subject, str) or not 0 < len(clean(subject).strip()) <= SUBJECT:
            raise Unauthorized(NOT_GOOD)
        return Identity(clean(subject).strip(), _shown(claims.get("name"), NAME), _shown(claims.get("email"), EMAIL))


def _time(value: object) -> float:
    """Return the seconds; what is no time is one at which nothing is good."""
    is_time = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < LATEST
    return float(value) if is_time else math.nan  # type: ignore[arg-type]  # a number, as was just seen


def _shown(value: object, longest: int) -> str | None:
    return (" ".join(clean(value).split())[:longest] or None) if isinstance(value, str) else None


def _public(key: str) -> OKPKey:
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": key.rstrip("=")})
