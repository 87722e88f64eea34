"""A company's sign-in service, served: discovery, keys, codes for who is there; honest unless told otherwise."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from bot.clock import Clock
from tests.fakes import FrozenClock

CLIENT, SECRET = "parley at the shop", "a secret: with/signs"


@dataclass
class SignInServer:
    """The service and what it was asked; tests change its answers."""

    clock: Clock
    url: str = ""
    email: str | None = "amir@shop.example"
    verified: Any = True
    subject: str | None = None
    """Its own name of whoever is there; without one it goes with the address."""
    key: RSAKey | ECKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    published: list[Any] | None = None
    """Keys in the place of the one that it signs with."""
    claims: dict[str, Any] = field(default_factory=dict)
    """What a token says instead."""
    discovery: dict[str, Any] = field(default_factory=dict)
    token: str | None = None
    """Given in the place of one of its own."""
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def settings(self) -> dict[str, Any]:
        """Return the settings of a shop that signs in here."""
        return {"oidc_issuer": self.url, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET, "oidc_name": "Shop ID"}

    async def describe(self, _request: web.Request) -> web.StreamResponse:
        self.asked.append("discovery")
        told = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize?tenant=shop",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        }
        return web.json_response({**told, **self.discovery})

    async def list_keys(self, _request: web.Request) -> web.StreamResponse:
        self.asked.append("keys")
        own = {**self.key.as_dict(private=False), "use": "sig"}
        return web.json_response({"keys": [own] if self.published is None else self.published})

    async def authorize(self, request: web.Request) -> web.StreamResponse:
        """Let whoever is signed in here go back with a code."""
        self.asked.append("authorize")
        asked = dict(request.query)
        wanted = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256", "tenant": "shop"}
        assert {name: asked.get(name) for name in wanted} == wanted
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        raise web.HTTPFound(f"{asked['redirect_uri']}?{back}")

    async def exchange(self, request: web.Request) -> web.StreamResponse:
        """Give a token for a code, once, to who asked for the code."""
        self.asked.append("token")
        form = await request.post()
        begun = self.codes.pop(str(form.get("code")), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(str(form.get("code_verifier")).encode()).digest())
        client = base64.b64decode(request.headers["Authorization"].removeprefix("Basic "))
        known = client == b"parley%20at%20the%20shop:a%20secret%3A%20with%2Fsigns"
        fits = (
            begun is not None
            and known
            and form.get("redirect_uri") == begun["redirect_uri"]
            and challenge.rstrip(b"=").decode() == begun["code_challenge"]
        )
        if begun is None or not fits:
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response({"id_token": self.token or self.signed(begun["nonce"]), "token_type": "Bearer"})

    def signed(self, nonce: str) -> str:
        now = int(self.clock.now().timestamp())
        told = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": self.subject or f"number of {self.email}"[:255].lower(),
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "email": self.email,
            "email_verified": self.verified,
            **self.claims,
        }
        told = {name: value for name, value in told.items() if value is not None}
        algorithm = "RS256" if isinstance(self.key, RSAKey) else "ES256"
        return jwt.encode({"alg": algorithm, "kid": self.key.kid}, told, self.key)


def parts(token: str) -> tuple[dict[str, Any], str, str]:
    """Return a token's header, claims as they stand, and signature."""
    header, claims, signature = token.split(".")
    return json.loads(base64.urlsafe_b64decode(header + "==")), claims, signature


@asynccontextmanager
async def serving(clock: Clock) -> AsyncIterator[SignInServer]:
    server = SignInServer(clock)
    app = web.Application()
    app.router.add_get("/id/.well-known/openid-configuration", server.describe)
    app.router.add_get("/id/keys", server.list_keys)
    app.router.add_get("/id/authorize", server.authorize)
    app.router.add_post("/id/token", server.exchange)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/id"
    yield server
    await runner.cleanup()


@pytest.fixture
async def sign_in_server(clock: FrozenClock) -> AsyncIterator[SignInServer]:
    """Run a sign-in service."""
    async with serving(clock) as server:
        yield server
