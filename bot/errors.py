"""Every error that a person or a client can cause: a code for machines, a sentence for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


class ParleyError(Exception):
    """The root: `code` and `status` never change, the sentence is translated at the edge.

    `message` is a gettext key with `{name}` placeholders, filled from `params`.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message.format(**params) if params else message)
        self.message = message
        self.params = params


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with what was sent: where, and a sentence like a ParleyError's."""

    path: str
    """Keys and positions from the top, such as `teams.0.name`."""
    message: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.path}: {self.message.format(**self.params) if self.params else self.message}"


class BadInput(ParleyError):
    """The request does not have the form that was asked for; `faults` when there is more to say than one sentence."""

    code = "bad_input"
    status = 400

    def __init__(self, message: str, *, faults: Sequence[Fault] = (), **params: Any) -> None:
        super().__init__(message, **params)
        self.faults = tuple(faults)


class Unauthorized(ParleyError):
    """Nobody is signed in."""

    code = "unauthorized"
    status = 401


class Forbidden(ParleyError):
    """Somebody is signed in, and may not do this."""

    code = "forbidden"
    status = 403


class NotFound(ParleyError):
    """There is no such thing, or it is not yours: the two look the same."""

    code = "not_found"
    status = 404


class NotAllowed(ParleyError):
    """The address takes other methods; `params["methods"]` names them."""

    code = "method_not_allowed"
    status = 405


class Conflict(ParleyError):
    """The thing is not in the state that this needs; somebody else may have been faster."""

    code = "conflict"
    status = 409


class TooLarge(ParleyError):
    """Longer or bigger than the limit, which is named."""

    code = "too_large"
    status = 413


class TooFast(ParleyError):
    """Over the rate limit; `params["retry_after"]` says how many seconds to wait."""

    code = "too_fast"
    status = 429


class Unavailable(ParleyError):
    """Something that this needs is away; the same request may work later."""

    code = "unavailable"
    status = 503


class UnknownEvent(ParleyError):
    """A Socket.IO event that this namespace does not know."""

    code = "unknown_event"
    status = 400


class FaultsError(Exception):
    """A start-up problem: every fault that was found, one line each."""

    heading: ClassVar[str] = "Faults"
    exit_code: ClassVar[int] = 2

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join([f"{self.heading}:", *(f"  {fault}" for fault in faults)]))
        self.faults = faults


class SettingsError(FaultsError):
    """The configuration cannot be used."""

    heading = "Wrong configuration"
    exit_code = 78


class UndeclaredError(FaultsError):
    """A route or an event that says for nobody who may call it: a fault of the program, not of its configuration."""

    heading = "Refused to start"
    exit_code = 70


class KnowledgeError(FaultsError):
    """The help center cannot be used."""

    heading = "Broken help center"
    exit_code = 2


class ConfigurationError(FaultsError):
    """The file with hours, teams, canned replies and people cannot be used."""

    heading = "Nothing was changed"
    exit_code = 2
