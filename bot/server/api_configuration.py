"""What supervisors set up, over HTTP."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.bootstrap import Parley
from bot.domain.agents import Session
from bot.domain.configuration import VARIABLES, Configuration
from bot.domain.rights import Right
from bot.server.configuration_watch import ConfigurationWatch
from bot.server.payloads import ConfigurationPut
from bot.server.rules import Rule, body_of
from bot.server.views import configuration_json

MOST_BYTES = 2 * 1024 * 1024  # a thousand canned replies


class ConfigurationApi:
    """The routes of hours, teams, canned replies and skills."""

    def __init__(self, parley: Parley, watch: ConfigurationWatch) -> None:
        self._configuring = parley.configuring
        self._watch = watch
        self.rules: tuple[Rule, ...] = (
            Rule("GET", "/api/configuration", Right.CHAT, self._shown),
            Rule("PUT", "/api/configuration", Right.SETTINGS, self._change, body=ConfigurationPut),
        )

    async def _shown(self, _request: web.Request, _session: Session) -> Any:
        return self._told(await self._configuring.current())

    async def _change(self, request: web.Request, session: Session) -> Any:
        asked = await body_of(request.clone(client_max_size=MOST_BYTES), ConfigurationPut)
        _, after = await self._configuring.change(asked.sections(), version=asked.version, actor=session.agent)
        await self._watch.look()
        return self._told(after)

    def _told(self, configuration: Configuration) -> dict[str, Any]:
        """Return the whole, and what its values may name."""
        speech = self._configuring.speech()
        return {
            **configuration_json(configuration),
            "topics": sorted(speech.topics),
            "known_languages": list(speech.languages),
            "variables": list(VARIABLES),
        }
