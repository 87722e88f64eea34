"""Tokens that nobody of the service signed, each made of an honest one."""

from __future__ import annotations

import base64
import hmac
import json

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.shop import STAFF
from tests.sign_in_server import SignInServer, parts


def coded(data: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


def unsigned(server: SignInServer, token: str) -> str:
    return f"{coded({'alg': 'none'})}.{parts(token)[1]}."


def keyed_with_the_public_key(server: SignInServer, token: str) -> str:
    signed = f"{coded({'alg': 'HS256', 'kid': server.key.kid})}.{parts(token)[1]}"
    signature = hmac.digest(server.key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def by_another_key(server: SignInServer, token: str) -> str:
    claims = json.loads(base64.urlsafe_b64decode(parts(token)[1] + "=="))
    return jwt.encode({"alg": "RS256", "kid": server.key.kid}, claims, RSAKey.generate_key(2048))


def with_a_key_in_it(server: SignInServer, token: str) -> str:
    claims = json.loads(base64.urlsafe_b64decode(parts(token)[1] + "=="))
    own = RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "jwk": own.as_dict(private=False)}, claims, own)


def longer_hash(server: SignInServer, token: str) -> str:
    claims = json.loads(base64.urlsafe_b64decode(parts(token)[1] + "=="))
    return jwt.encode({"alg": "PS256", "kid": server.key.kid}, claims, server.key, algorithms=["PS256"])


def changed(server: SignInServer, token: str) -> str:
    claims = json.loads(base64.urlsafe_b64decode(parts(token)[1] + "=="))
    header, _, signature = token.split(".")
    return f"{header}.{coded({**claims, 'email': STAFF['Ada'][0]})}.{signature}"


def without_signature(server: SignInServer, token: str) -> str:
    return token.rpartition(".")[0] + "."


def critical(server: SignInServer, token: str) -> str:
    claims = json.loads(base64.urlsafe_b64decode(parts(token)[1] + "=="))
    return f"{coded({'alg': 'RS256', 'crit': ['x'], 'x': 1})}.{coded(claims)}.{parts(token)[2]}"


def nothing(server: SignInServer, token: str) -> str:
    return "x"


FORGERIES = (
    unsigned,
    keyed_with_the_public_key,
    by_another_key,
    with_a_key_in_it,
    longer_hash,
    changed,
    without_signature,
    critical,
    nothing,
)
