"""Teams and who is in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from bot.domain.hours import document_of, hours_of
from bot.domain.teams import Team, team_for
from bot.errors import NotFound
from bot.store.tables import team_members, teams


class Teams:
    """Rows of teams and their members."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Team]:
        """Return every team, by name."""
        members: dict[str, list[str]] = {}
        together = select(team_members).order_by(team_members.c.agent_id)
        for row in self._connection.execute(together):
            members.setdefault(row.team_id, []).append(row.agent_id)
        return [
            Team(
                id=row.id,
                name=row.name,
                topics=tuple(row.topics),
                hours=hours_of(row.hours) if row.hours else None,
                members=tuple(members.get(row.id, ())),
            )
            for row in self._connection.execute(select(teams).order_by(teams.c.name, teams.c.id))
        ]

    def get(self, team_id: str) -> Team:
        """Return the team. Raises NotFound."""
        for team in self.all():
            if team.id == team_id:
                return team
        raise NotFound("There is no such team.")

    def for_topic(self, topic: str | None) -> Team | None:
        """Return the team that takes the topic; None: everybody does."""
        return team_for(self.all(), topic)

    def replace(self, wanted: Sequence[Team]) -> None:
        """Keep exactly these teams; their members stay as they are, and go with a team that goes."""
        known = {team.id for team in self.all()}
        self._connection.execute(delete(teams).where(teams.c.id.not_in([team.id for team in wanted])))
        # A name may move from one team to another: first they all let go of theirs.
        for team in wanted:
            if team.id in known:
                self._connection.execute(update(teams).where(teams.c.id == team.id).values(name=team.id))
        for team in wanted:
            row = {
                "name": team.name,
                "topics": list(team.topics),
                "hours": document_of(team.hours) if team.hours else None,
            }
            if team.id in known:
                self._connection.execute(update(teams).where(teams.c.id == team.id).values(row))
            else:
                self._connection.execute(insert(teams), {"id": team.id, **row})

    def set_teams_of(self, agent_id: str, team_ids: Iterable[str]) -> None:
        """Say in which teams the agent is."""
        self._connection.execute(delete(team_members).where(team_members.c.agent_id == agent_id))
        rows = [{"team_id": team_id, "agent_id": agent_id} for team_id in sorted(set(team_ids))]
        if rows:
            self._connection.execute(insert(team_members), rows)
