"""Reads a configuration that somebody wrote, by hand or in the console: the whole that it asks for, or every fault."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.agents import Agent
from bot.domain.configuration import VARIABLES, Configuration, unknown_variables
from bot.domain.rights import GRANTABLE, RIGHTS, Right, Role
from bot.domain.teams import CannedReply, Team
from bot.errors import BadInput
from bot.services.checking import MISSING, NO_SUCH_ID
from bot.services.reports_reading import ReportsReading

SECTIONS = ("hours", "teams", "canned_replies", "people", "reports")
NAME, SHORTCUT, TEXT = 120, 40, 4000  # characters
MOST_CAPACITY = 100  # conversations that one person may have
_SHORTCUT = re.compile(r"[^\W_][\w-]*")

NOT_A_NUMBER = "Expected a whole number from {least} to {most}."
NOT_YES_OR_NO = "Expected true or false."
NO_TOPIC = "The help center has no topic {found}."
NO_LANGUAGE = "The help center does not speak {found}. It speaks: {known}."
NOT_A_SHORTCUT = "Expected a shortcut of letters, digits, - and _."
NO_VARIABLE = "Nothing can fill {{{found}}}. There are: {known}."
NOBODY = "Nobody here has the address {found}."
NO_TEAM = "There is no team {found}."
NO_RIGHT = "Nobody of this role can be given {found}. There are: {known}."
FIXED = "This cannot be changed here."
YOURSELF = "You cannot switch your own account off."
ADMINS_ONLY = "Only an admin can switch an admin off or on."
LAST_ADMIN = "Somebody has to stay who is an admin."


@dataclass(frozen=True, slots=True)
class Speech:
    """What the help center has: topics (folders) and languages."""

    topics: frozenset[str]
    languages: tuple[str, ...]


def read_configuration(
    document: Mapping[str, Any], current: Configuration, speech: Speech, *, actor: Agent | None
) -> Configuration:
    """Return the current configuration with the sections of `document` in place of its own.

    `actor` is whoever asks for it, None for somebody at the server's own keyboard. Raises BadInput with every fault.
    """
    reading = _Reading(current, speech, actor)
    wanted = reading.whole(document)
    if reading.faults:
        raise BadInput(
            "Nothing was changed: {count} of the values cannot be used.",
            faults=reading.faults,
            count=len(reading.faults),
        )
    return wanted


class _Reading(ReportsReading):
    """Goes through the document once and notes what is wrong where."""

    def __init__(self, current: Configuration, speech: Speech, actor: Agent | None) -> None:
        super().__init__()
        self._current = current
        self._speech = speech
        self._actor = actor

    def whole(self, document: object) -> Configuration:
        sections = self.fields(document, "", SECTIONS)
        wanted = self._current
        if "hours" in sections:
            wanted = replace(wanted, hours=self.hours(sections["hours"], "hours"))
        if "teams" in sections:
            wanted = replace(wanted, teams=tuple(self._teams(sections["teams"])))
        if "canned_replies" in sections:
            wanted = replace(wanted, canned_replies=tuple(self._canned_replies(sections["canned_replies"])))
        people = wanted.people
        if "people" in sections:
            people = tuple(self._people(sections["people"], wanted.teams))
        if "reports" in sections:
            wanted = replace(wanted, reports=tuple(self.reports(sections["reports"], self._current.reports)))
        return _with_members(wanted, people)

    # Teams

    def _teams(self, value: object) -> Iterator[Team]:
        names: set[Hashable] = set()
        ids: set[Hashable] = set()
        topics: set[Hashable] = set()
        for where, item in self.items(value, "teams"):
            fields = self.fields(item, where, ("id", "name", "topics", "hours"), ("name",))
            name = self.text(fields["name"], f"{where}.name", NAME) if "name" in fields else ""
            self.once(names, name.casefold(), f"{where}.name", name)
            known = {team.id: team for team in self._current.teams}
            same = next((team.id for team in known.values() if team.name.casefold() == name.casefold()), None)
            team_id = self.identity(fields, where, known, same)
            self.once(ids, team_id, f"{where}.id", team_id)
            hours = self.hours(fields.get("hours"), f"{where}.hours")
            yield Team(
                team_id, name, tuple(self._topics(fields.get("topics", ()), f"{where}.topics", topics)), hours, ()
            )

    def _topics(self, value: object, path: str, seen: set[Hashable]) -> Iterator[str]:
        for where, item in self.items(value, path):
            topic = self.text(item, where, NAME)
            if topic and topic not in self._speech.topics:
                self.fault(where, NO_TOPIC, found=topic)
            self.once(seen, topic, where, topic)
            yield topic

    # Canned replies

    def _canned_replies(self, value: object) -> Iterator[CannedReply]:
        seen: set[Hashable] = set()
        known = {reply.id: reply for reply in self._current.canned_replies}
        ids = {(reply.shortcut, reply.language): reply.id for reply in known.values()}
        for where, item in self.items(value, "canned_replies"):
            names = ("shortcut", "language", "text")
            fields = self.fields(item, where, ("id", *names), names)
            shortcut = self._shortcut(fields["shortcut"], f"{where}.shortcut") if "shortcut" in fields else ""
            language = self._language(fields["language"], f"{where}.language") if "language" in fields else ""
            text = self._canned_text(fields["text"], f"{where}.text") if "text" in fields else ""
            self.once(seen, (shortcut, language), f"{where}.shortcut", f"{shortcut} ({language})" if shortcut else "")
            reply_id = self.identity(fields, where, known, ids.get((shortcut, language)))
            self.once(seen, reply_id, f"{where}.id", reply_id)
            yield CannedReply(reply_id, shortcut, language, text)

    def _shortcut(self, value: object, path: str) -> str:
        shortcut = self.text(value, path, SHORTCUT).lower()
        if shortcut and not _SHORTCUT.fullmatch(shortcut):
            self.fault(path, NOT_A_SHORTCUT)
        return shortcut

    def _language(self, value: object, path: str) -> str:
        if value not in self._speech.languages:
            self.fault(path, NO_LANGUAGE, found=str(value)[:20], known=", ".join(self._speech.languages))
        return str(value)

    def _canned_text(self, value: object, path: str) -> str:
        text = self.text(value, path, TEXT)
        for name in unknown_variables(text):
            self.fault(path, NO_VARIABLE, found=name, known=", ".join(f"{{{known}}}" for known in VARIABLES))
        return text

    # People

    def _people(self, value: object, teams: Sequence[Team]) -> Iterator[Agent]:
        """Yield everybody: those who are named as they are wanted, the others as they are."""
        everybody = {agent.id: agent for agent in self._current.people}
        seen: set[Hashable] = set()
        for where, item in self.items(value, "people"):
            fields = self.fields(
                item, where, ("id", "email", "name", "role", "languages", "capacity", "teams", "disabled", "rights")
            )
            if (agent := self._person(fields, where)) is None:
                continue
            self.once(seen, agent.id, where, agent.email)
            everybody[agent.id] = self._changed(agent, fields, where, teams)
        if _admins(self._current.people) and not _admins(everybody.values()):
            self.fault("people", LAST_ADMIN)
        yield from everybody.values()

    def _person(self, fields: Mapping[str, Any], path: str) -> Agent | None:
        by_id = {agent.id: agent for agent in self._current.people}
        by_email = {agent.email: agent for agent in self._current.people}
        email = fields.get("email")
        if "id" in fields:
            agent = by_id.get(str(fields["id"]))
            if agent is None:
                self.fault(f"{path}.id", NO_SUCH_ID)
        elif email is None:
            self.fault(f"{path}.email", MISSING)
            return None
        else:
            agent = by_email.get(str(email).strip().lower())
            if agent is None:
                self.fault(f"{path}.email", NOBODY, found=str(email)[:254])
        return agent

    def _changed(self, agent: Agent, fields: Mapping[str, Any], path: str, teams: Sequence[Team]) -> Agent:
        told = {"name": agent.name, "role": agent.role.value, "email": agent.email}
        for name in told.keys() & fields.keys():
            if str(fields[name]).strip().lower() != told[name].lower():
                self.fault(f"{path}.{name}", FIXED)
        changed: dict[str, Any] = {}
        if "languages" in fields:
            items = self.items(fields["languages"], f"{path}.languages")
            changed["languages"] = tuple(dict.fromkeys(self._language(item, where) for where, item in items))
        if "capacity" in fields:
            changed["capacity"] = self._capacity(fields["capacity"], f"{path}.capacity")
        if "teams" in fields:
            items = self.items(fields["teams"], f"{path}.teams")
            changed["teams"] = tuple(sorted({self._team(item, where, teams) for where, item in items}))
        if "disabled" in fields:
            changed["disabled"] = self._disabled(agent, fields["disabled"], f"{path}.disabled")
        if "rights" in fields:
            changed["granted"] = self._granted(agent, fields["rights"], f"{path}.rights")
        return replace(agent, **changed)

    def _granted(self, agent: Agent, value: object, path: str) -> frozenset[Right]:
        """Return what somebody is given beside their role; over HTTP that has a page of its own, with a password."""
        granted: set[Right] = set()
        grantable = sorted(GRANTABLE - RIGHTS[agent.role])  # no set: anything may be written there, a list too
        for where, item in self.items(value, path):
            if item in grantable:
                granted.add(Right(item))
            else:
                self.fault(where, NO_RIGHT, found=str(item)[:NAME], known=", ".join(grantable) or "-")
        if granted != agent.granted and self._actor is not None:
            self.fault(path, FIXED)
        return frozenset(granted)

    def _capacity(self, value: object, path: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_CAPACITY:
            self.fault(path, NOT_A_NUMBER, least=1, most=MOST_CAPACITY)
            return 1
        return value

    def _team(self, value: object, path: str, teams: Sequence[Team]) -> str:
        """Return the id of the team with this id or name."""
        for team in teams:
            if value == team.id or (isinstance(value, str) and value.strip().casefold() == team.name.casefold()):
                return team.id
        self.fault(path, NO_TEAM, found=str(value)[:NAME])
        return ""

    def _disabled(self, agent: Agent, value: object, path: str) -> bool:
        if not isinstance(value, bool):
            self.fault(path, NOT_YES_OR_NO)
            return agent.disabled
        if value != agent.disabled and self._actor is not None:
            if agent.id == self._actor.id:
                self.fault(path, YOURSELF)
            elif agent.role is Role.ADMIN and not self._actor.may(Right.PEOPLE):
                self.fault(path, ADMINS_ONLY)
        return value


def _admins(people: Iterable[Agent]) -> bool:
    """Whether somebody is there who may do everything."""
    return any(agent.role is Role.ADMIN and not agent.disabled for agent in people)


def _with_members(wanted: Configuration, people: Iterable[Agent]) -> Configuration:
    """Return it with teams and people that agree: who is in a team is said by the people."""
    ids = {team.id for team in wanted.teams}
    placed = tuple(replace(agent, teams=tuple(t for t in agent.teams if t in ids)) for agent in people)
    members = {id_: tuple(sorted(agent.id for agent in placed if id_ in agent.teams)) for id_ in ids}
    return replace(wanted, people=placed, teams=tuple(replace(team, members=members[team.id]) for team in wanted.teams))
