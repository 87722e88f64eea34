"""What the demo sets up can be used with the demo's own help center."""

from __future__ import annotations

from bot.bootstrap import demo_kb
from bot.demo.configuration import CONFIGURATION
from bot.demo.seed import PEOPLE
from bot.domain.agents import Agent, Presence
from bot.domain.configuration import Configuration
from bot.knowledge.loader import load
from bot.services.configuration import speech_of
from bot.services.configuration_reading import read_configuration
from tests.fakes import NOON


def test_the_demos_configuration_has_no_faults():
    people = tuple(Agent(name, name, email, role, of, 5, Presence.OFFLINE, NOON) for name, email, role, of in PEOPLE)
    empty = Configuration(1, None, (), (), people)
    wanted = read_configuration(CONFIGURATION, empty, speech_of(load(demo_kb())), actor=None)
    (team,) = wanted.teams
    assert team.members == ("Amir Haddad", "Claire Fontaine")
    assert {(reply.shortcut, reply.language) for reply in wanted.canned_replies} >= {("hello", "fr"), ("bye", "es")}
