"""Teams, hours and canned replies come back as they went in, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.hours import DAYS, Hours
from bot.domain.identifiers import new_id
from bot.domain.teams import CannedReply, Team
from bot.errors import NotFound
from bot.store.transaction import Store, Transaction
from tests.store.test_repositories import an_agent

HOURS = Hours("Europe/Madrid", dict.fromkeys(DAYS, ((540, 840), (960, 1440))), ((date(2026, 12, 25), "Navidad"),))


async def test_a_new_database_is_always_open_and_has_no_teams(store: Store):
    assert await store.read(lambda tx: (tx.configuration.version(), tx.configuration.hours())) == (1, None)
    assert await store.read(lambda tx: (tx.teams.all(), tx.configuration.canned_replies())) == ([], [])
    assert await store.read(lambda tx: tx.teams.for_topic("payments")) is None


async def test_hours_come_back_the_same_and_go_again(store: Store):
    await store.write(lambda tx: tx.configuration.set_hours(HOURS, tx.now))
    assert await store.read(lambda tx: tx.configuration.hours()) == HOURS
    await store.write(lambda tx: tx.configuration.set_hours(None, tx.now))
    assert await store.read(lambda tx: tx.configuration.hours()) is None


async def test_teams_come_back_with_their_members(store: Store):
    def unit(tx: Transaction) -> list[Team]:
        amir, beth = sorted((an_agent(tx) for _ in range(2)), key=lambda agent: agent.id)
        pay = Team(new_id(), "Payments", ("payments",), HOURS, (amir.id, beth.id))
        claims = Team(new_id(), "Claims", ("claims", "returns"), None, (beth.id,))
        tx.teams.replace([pay, claims])
        tx.teams.set_teams_of(amir.id, [pay.id])
        tx.teams.set_teams_of(beth.id, [pay.id, claims.id])
        return [claims, pay]

    claims, pay = await store.write(unit)
    assert await store.read(lambda tx: tx.teams.all()) == [claims, pay]
    assert await store.read(lambda tx: tx.teams.for_topic("payments/cards")) == pay
    of_agents = await store.read(lambda tx: [tx.agents.get(agent_id).teams for agent_id in pay.members])
    assert of_agents == [(pay.id,), tuple(sorted((pay.id, claims.id)))]
    everybody = await store.read(lambda tx: {agent.id: agent.teams for agent in tx.agents.all()})
    assert [everybody[agent_id] for agent_id in pay.members] == of_agents


async def test_teams_that_stay_keep_their_members_and_may_trade_names(store: Store):
    def unit(tx: Transaction) -> list[Team]:
        amir = an_agent(tx)
        first, second, third = (Team(new_id(), name, (name.lower(),), None, (amir.id,)) for name in ("A", "B", "C"))
        tx.teams.replace([first, second, third])
        tx.teams.set_teams_of(amir.id, [first.id, second.id, third.id])
        return [first, second]

    first, second = await store.write(unit)
    traded = [replace(second, name="A"), replace(first, name="B")]
    await store.write(lambda tx: tx.teams.replace(traded))
    assert await store.read(lambda tx: tx.teams.all()) == traded
    await store.write(lambda tx: tx.teams.replace([]))
    assert await store.read(lambda tx: tx.agents.get(first.members[0]).teams) == ()
    with pytest.raises(NotFound):
        await store.read(lambda tx: tx.teams.get(first.id))


async def test_canned_replies_are_replaced_as_a_whole(store: Store):
    hello = [CannedReply(new_id(), "hello", language, text) for language, text in (("en", "Hello"), ("fr", "Bonjour"))]
    await store.write(lambda tx: tx.configuration.replace_canned_replies(hello[::-1]))
    assert await store.read(lambda tx: tx.configuration.canned_replies()) == hello
    await store.write(lambda tx: tx.configuration.replace_canned_replies(hello[1:]))
    assert await store.read(lambda tx: tx.configuration.canned_replies()) == hello[1:]
