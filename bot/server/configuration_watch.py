"""Sees that the configuration changed, whoever changed it: this process, another one, or a command."""

from __future__ import annotations

from bot.bootstrap import Parley
from bot.server.agent import AgentChannel
from bot.server.beside import look_again
from bot.server.relay import AGENT, LOBBY, Relay

LOOK_SECONDS = 2.0
"""Everything reads the database when it decides; only what was told already waits this long."""


class ConfigurationWatch:
    """Tells the consoles of this process, and signs out who was switched off."""

    def __init__(self, parley: Parley, relay: Relay, agents: AgentChannel) -> None:
        self._parley = parley
        self._relay = relay
        self._agents = agents
        self._seen: int | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        await look_again(self.look, seconds=LOOK_SECONDS, failed="configuration_not_read")

    async def look(self) -> None:
        """Tell what changed since the last look."""
        version = await self._parley.configuring.version()
        before, self._seen = self._seen, version
        if before in (None, version):
            return
        self._relay.tell_here(AGENT, LOBBY, "configuration_changed", {"version": version})
        self._relay.queue_may_have_changed()
        await self._agents.refresh()
