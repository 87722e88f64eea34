"""What is asked over the wire: requests are validated here and only here."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.domain.agents import Presence
from bot.domain.handoffs import Disposition
from bot.domain.rights import Right, Role

_EMAIL = re.compile(r"[^@\s,;<>\"\x00-\x1f]{1,64}@[^@\s,;<>\"\x00-\x1f]{1,189}\.[^@\s,;<>\"\x00-\x1f.]{2,63}")

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Words = Annotated[str, StringConstraints(max_length=250_000)]  # the exact limit is a setting, refused with its number
Comment = Annotated[str, StringConstraints(max_length=4000)]
Email = Annotated[str, StringConstraints(max_length=254, strip_whitespace=True, pattern=f"^{_EMAIL.pattern}$")]
EntryId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._/-]{1,255}$")]
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{20,100}$")]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1000)]  # its rules are refused with a sentence
Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Payload(BaseModel):
    """One request's fields: strict types, nothing unknown."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Nothing(Payload):
    """A request without fields."""


# What shoppers ask


class ShopperAuth(BaseModel):
    """The handshake: lenient in what it ignores, because old widgets stay in browser caches."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    token: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{20,100}$")] | None = None
    locale: Annotated[str, StringConstraints(max_length=35)] | None = None
    time_zone: Annotated[str, StringConstraints(max_length=60)] | None = None
    page: Annotated[str, StringConstraints(max_length=2000)] | None = None
    surface: Annotated[str, StringConstraints(pattern=r"^(widget|page)$")] = "widget"
    topic: Annotated[str, StringConstraints(max_length=255)] | None = None
    identity: Annotated[str, StringConstraints(max_length=4096)] | None = None


class MessageSend(Payload):
    client_id: ClientId
    text: Words


class Resume(Payload):
    after_seq: Count
    limit: Annotated[int, Field(ge=1, le=200)] = 200


class History(Payload):
    before_seq: Count
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class TypingSet(Payload):
    on: bool


class ChoicePick(Payload):
    message_id: Id
    entry: EntryId


class FeedbackGive(Payload):
    message_id: Id
    helpful: bool
    comment: Comment | None = None


class RatingSubmit(Payload):
    csat: Annotated[int, Field(ge=1, le=5)] | None = None
    nps: Annotated[int, Field(ge=0, le=10)] | None = None
    comment: Comment | None = None


class TicketOpen(Payload):
    email: Email
    text: Words


class Identify(Payload):
    jwt: Annotated[str, StringConstraints(min_length=10, max_length=4096)]


class TranscriptSend(Payload):
    email: Email
    code: Annotated[str, StringConstraints(pattern=r"^\d{6}$")] | None = None


class LocaleSet(Payload):
    locale: Annotated[str, StringConstraints(min_length=2, max_length=35)]


class PageSet(Payload):
    page: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


# What agents ask


class OfConversation(Payload):
    conversation_id: Id


class OfHandoff(Payload):
    handoff_id: Id


class PresenceSet(Payload):
    presence: Annotated[Presence, Field(strict=False)]


class AgentMessageSend(Payload):
    conversation_id: Id
    client_id: ClientId
    text: Words
    anyway: bool = False


class ShopperBlock(Payload):
    conversation_id: Id
    blocked: bool


class NoteAdd(Payload):
    conversation_id: Id
    text: Words


class ConversationResolve(Payload):
    conversation_id: Id
    disposition: Annotated[Disposition, Field(strict=False)]
    topic: EntryId | None = None


class ConversationTransfer(Payload):
    conversation_id: Id
    agent_id: Id | None = None
    team_id: Id | None = None


class ConversationAssign(Payload):
    conversation_id: Id
    agent_id: Id


class AgentTyping(Payload):
    conversation_id: Id
    on: bool


class AgentViewing(Payload):
    conversation_id: Id
    on: bool


class AgentResume(Payload):
    conversation_id: Id
    after_seq: Count
    limit: Annotated[int, Field(ge=1, le=200)] = 200


class AgentHistory(Payload):
    conversation_id: Id
    before_seq: Count
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class SuggestionList(Payload):
    conversation_id: Id
    text: Words | None = None


# What HTTP asks


class SignIn(Payload):
    email: Annotated[str, StringConstraints(min_length=3, max_length=254, strip_whitespace=True)]
    password: Password


class ConfigurationPut(Payload):
    """Sections replace what is there; what is in them is read value by value, so that every fault gets its path."""

    version: Count
    hours: Any = None
    teams: Any = None
    canned_replies: Any = None
    people: Any = None
    reports: Any = None

    def sections(self) -> dict[str, Any]:
        """Return the sections that were sent; `hours` may be sent as null: always open."""
        return {name: getattr(self, name) for name in sorted(self.model_fields_set - {"version"})}


class TicketReply(Payload):
    text: Words


class SetUp(Payload):
    token: Token
    name: Name
    email: Email
    password: Password


class EnterCode(Payload):
    code: Code


class PasswordChange(Payload):
    password: Password
    new: Password


class Again(Payload):
    """Somebody who is signed in says once more who they are."""

    password: Password


class TotpPropose(Payload):
    password: Password | None = None


class LinkLook(Payload):
    token: Token


class LinkUse(Payload):
    token: Token
    name: Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)] = ""
    password: Password


class Invite(Payload):
    email: Email
    role: Annotated[Role, Field(strict=False)]
    password: Password


class RoleSet(Payload):
    role: Annotated[Role, Field(strict=False)]
    password: Password


class RightsSet(Payload):
    rights: Annotated[list[Annotated[Right, Field(strict=False)]], Field(max_length=len(Right))]
    password: Password


class DisabledSet(Payload):
    disabled: bool


class BenchmarksSet(Payload):
    benchmarks: dict[Annotated[str, StringConstraints(max_length=60)], Annotated[float, Field(strict=False)] | None]


class DraftMake(Payload):
    """A pain point and the period in which it was found; the names are those of the addresses."""

    painpoint: Annotated[str, StringConstraints(max_length=64)]
    start: Annotated[str, StringConstraints(max_length=40)] | None = Field(None, alias="from")
    end: Annotated[str, StringConstraints(max_length=40)] | None = Field(None, alias="to")
    time_zone: Annotated[str, StringConstraints(max_length=60)] | None = None
    language: list[Annotated[str, StringConstraints(max_length=8)]] = []
    topic: list[Annotated[str, StringConstraints(max_length=255)]] = []
    entry: EntryId | None = None


class DraftText(Payload):
    title: Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
    variants: Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=500)]], Field(max_length=200)]
    answer: Annotated[str, StringConstraints(max_length=20_000)]


class DraftChange(Payload):
    version: Count
    entry: EntryId
    texts: Annotated[dict[Literal["en", "es", "fr"], DraftText], Field(min_length=1)]
