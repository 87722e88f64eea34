"""An OpenID Connect provider that says who somebody of the staff is: authorization code with PKCE, RS256 or ES256."""

from __future__ import annotations

import asyncio
import base64
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from bot.clock import Clock
from bot.setting_values import service
from bot.settings import Settings

ANSWER_SECONDS = 5.0
ANSWER_BYTES = 200_000
KEPT = timedelta(hours=1)  # of what the provider says about itself
ASKED_AGAIN = timedelta(seconds=30)  # for its keys, when a token names one that is not among them
SKEW_SECONDS = 60.0
LONGEST_ADDRESS = 254  # characters
LONGEST_SUBJECT = 255
LATEST = float(1 << 40)  # seconds since 1970
_DISCOVERY = "/.well-known/openid-configuration"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_READERS: dict[str, tuple[type[RSAKey | ECKey], str]] = {"RSA": (RSAKey, "RS256"), "EC": (ECKey, "ES256")}
"""Which algorithm goes with a kind of key is never the token's choice."""

Key = tuple[RSAKey | ECKey, str]


class SignInServiceDown(Exception):
    """The provider gave no answer that can be used."""


class SignInRefused(Exception):
    """What the provider said is no sign-in."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the provider vouches for."""

    issuer: str
    subject: str
    """What the provider calls them, for good: 1 to 255 characters of ASCII."""
    email: str
    """Empty when it is none that anybody could have."""
    verified: bool


class SignInService:
    """One provider."""

    def __init__(self, issuer: str, client_id: str, secret: str | None, clock: Clock) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._secret = secret
        self._clock = clock
        self._endpoints: dict[str, str] = {}
        self._endpoints_at: datetime | None = None
        self._keys: list[tuple[str | None, Key]] = []
        self._keys_at: datetime | None = None

    async def address(self, *, redirect_uri: str, state: str, nonce: str, challenge: str) -> str:
        """Return where a browser goes to sign in. Raises SignInServiceDown."""
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid email",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = (await self._discovered())["authorization_endpoint"]
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def vouched(self, code: str, *, redirect_uri: str, verifier: str, nonce: str) -> Vouched:
        """Return whom the code is for. Raises SignInRefused, SignInServiceDown."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
            "client_id": self._client_id,
        }
        endpoint = (await self._discovered())["token_endpoint"]
        told = await _answer("POST", endpoint, data=form, headers=self._own_proof())
        token = told.get("id_token")
        if not isinstance(token, str):
            raise SignInRefused("no id_token")
        return self._read(await self._claims(token), nonce)

    def _own_proof(self) -> dict[str, str]:
        """Return the header that says who asks: name and secret, each escaped first (RFC 6749, 2.3.1)."""
        if not self._secret:
            return {}
        pair = f"{quote(self._client_id, safe='')}:{quote(self._secret, safe='')}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    async def check(self) -> int:
        """Return how many keys the provider has that can be used. Raises SignInServiceDown."""
        await self._discovered()
        await self._fetch_keys()
        if not self._keys:
            raise SignInServiceDown("no key for RS256 or ES256")
        return len(self._keys)

    async def _discovered(self) -> dict[str, str]:
        now = self._clock.now()
        if self._endpoints_at is None or now - self._endpoints_at > KEPT:
            told = await _answer("GET", self._issuer + _DISCOVERY)
            if told.get("issuer") not in (self._issuer, f"{self._issuer}/"):
                raise SignInServiceDown(f"expected the issuer {self._issuer}, got {str(told.get('issuer'))[:80]}")
            try:
                self._endpoints = {name: service_or_query(str(told.get(name))) for name in _ENDPOINTS}
            except ValueError:
                raise SignInServiceDown(f"expected https addresses for {', '.join(_ENDPOINTS)}") from None
            self._endpoints["issuer"] = str(told["issuer"])
            self._endpoints_at = now
        return self._endpoints

    async def _fetch_keys(self) -> None:
        told = await _answer("GET", (await self._discovered())["jwks_uri"])
        listed = told.get("keys")
        self._keys_at = self._clock.now()
        self._keys = [found for one in listed if (found := _key(one))] if isinstance(listed, list) else []

    async def _claims(self, token: str) -> Mapping[str, Any]:
        """Return what a token with a good signature says; a key that is not known yet is asked for."""
        try:
            header: Mapping[str, Any] = jws.extract_compact(token.encode()).headers()
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            raise SignInRefused("not a token") from None
        kid = header.get("kid")
        known = self._keys_at is not None and self._clock.now() - self._keys_at < KEPT
        if not known or (self._among(kid) == [] and self._clock.now() - self._keys_at > ASKED_AGAIN):  # type: ignore[operator]
            await self._fetch_keys()
        for key, algorithm in self._among(kid):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    return jwt.decode(token, key, algorithms=[algorithm]).claims
            except (JoseError, ValueError, TypeError, KeyError, RecursionError):
                continue
        raise SignInRefused("signature")

    def _among(self, kid: object) -> list[Key]:
        return [key for name, key in self._keys if kid is None or name == kid]

    def _read(self, claims: Mapping[str, Any], nonce: str) -> Vouched:
        now = self._clock.now().timestamp()
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        faults = {
            "issuer": claims.get("iss") != self._endpoints["issuer"],
            "audience": self._client_id not in audiences,
            "another party": (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != self._client_id,
            "expired": not now < _time(claims.get("exp"), -1) + SKEW_SECONDS,
            "issued later": not 0 <= _time(claims.get("iat"), -1) <= now + SKEW_SECONDS,
            "nonce": claims.get("nonce") != nonce,
        }
        if wrong := [name for name, is_wrong in faults.items() if is_wrong]:
            raise SignInRefused(", ".join(wrong))
        subject, email = claims.get("sub"), claims.get("email")
        if not isinstance(subject, str) or not subject.isascii() or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise SignInRefused("no subject")
        if not isinstance(email, str) or not email:
            raise SignInRefused("no e-mail address")
        # No database of ours holds such an address: it is nobody's, and never looked for.
        is_possible = email.isprintable() and len(email) <= LONGEST_ADDRESS
        address = email.strip().lower() if is_possible else ""
        return Vouched(self._endpoints["issuer"], subject, address, claims.get("email_verified") is True)


def sign_in_service_of(settings: Settings, clock: Clock) -> SignInService | None:
    """Return the provider that the settings name; None when there is none."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    return SignInService(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, clock)


def service_or_query(address: str) -> str:
    """Return an address of the provider as it is: safe, and it may have a query. Raises ValueError."""
    service(address.partition("?")[0])
    return address


def _time(value: object, otherwise: float) -> float:
    is_time = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < LATEST
    return float(value) if is_time else otherwise - LATEST  # type: ignore[arg-type]  # a number, as was just seen


def _key(told: object) -> tuple[str | None, Key] | None:
    """Return a key's name, and the key with its algorithm; None for one that signs no sign-in."""
    if not isinstance(told, dict) or told.get("use", "sig") != "sig":
        return None
    reader, algorithm = _READERS.get(str(told.get("kty")), (None, ""))
    if reader is None or told.get("alg", algorithm) != algorithm:
        return None
    try:
        key = reader.import_key({name: value for name, value in told.items() if name not in ("use", "key_ops", "alg")})
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    kid = told.get("kid")
    return (kid if isinstance(kid, str) else None), (key, algorithm)


async def _answer(method: str, address: str, **options: Any) -> dict[str, Any]:
    """Return the JSON object that is answered. Raises SignInServiceDown; SignInRefused when it says no (400)."""
    try:
        async with (
            asyncio.timeout(ANSWER_SECONDS),
            aiohttp.ClientSession(headers={"Accept": "application/json", "Accept-Encoding": "identity"}) as session,
            session.request(method, address, allow_redirects=False, **options) as response,
        ):
            if response.status == HTTPStatus.BAD_REQUEST and method == "POST":
                raise SignInRefused("code")
            if response.status != HTTPStatus.OK:
                raise SignInServiceDown(f"HTTP {response.status}")
            body = bytearray()
            async for chunk in response.content.iter_chunked(65_536):
                body += chunk
                if len(body) > ANSWER_BYTES:
                    raise SignInServiceDown("too large")
        told = json.loads(body)
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, RecursionError) as error:
        raise SignInServiceDown(type(error).__name__) from None
    if not isinstance(told, dict):
        raise SignInServiceDown("not an object")
    return told
