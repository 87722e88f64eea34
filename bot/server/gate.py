"""The one way in for HTTP: whom a rule names is let through, and there is no route without a rule."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from bot.domain.rights import Right
from bot.errors import Forbidden, UndeclaredError
from bot.server.channel import Channel
from bot.server.guards import GuardedServer
from bot.server.identity import check_unsafe, session_token
from bot.server.rules import Door, Open, Rule, complete
from bot.services.agents import Agents

SOCKETS = "/socket.io/"
"""The library's own routes, the sockets' opening: their events declare who may send them."""


class Gate:
    """Makes routes of rules, and remembers which it made."""

    def __init__(self, agents: Agents, cookie: str, own_origins: frozenset[str]) -> None:
        self._agents = agents
        self._cookie = cookie
        self._own_origins = own_origins
        self.rules: dict[Open, Rule] = {}
        """The rule behind each handler."""

    def mount(self, app: web.Application, rules: Iterable[Rule]) -> None:
        """Add a route for each rule."""
        for rule in rules:
            handler = self._guarded(rule)
            self.rules[handler] = rule
            if rule.method == "GET":
                app.router.add_get(rule.path, handler)  # and HEAD
            else:
                app.router.add_route(rule.method, rule.path, handler)

    def _guarded(self, rule: Rule) -> Open:
        async def handle(request: web.Request) -> web.StreamResponse:
            check_unsafe(request, self._own_origins, form=rule.form)
            if not rule.with_session:
                return await rule.handler(request)  # type: ignore[call-arg]
            session = await self._agents.session(session_token(request, self._cookie))
            if session.needs is not rule.lacks:
                complete(session)
            if isinstance(rule.caller, Right) and not session.agent.may(rule.caller):
                raise Forbidden("Your role does not allow this.")
            answer = await rule.handler(request, session)  # type: ignore[call-arg]
            return answer if isinstance(answer, web.StreamResponse) else web.json_response(answer)

        return handle

    def check(self, app: web.Application, sockets: GuardedServer) -> None:
        """Refuse to start with a route or an event that says for nobody who may call it. Raises UndeclaredError."""
        faults = [*self._routes_without_a_rule(app), *_events_without_a_right(sockets)]
        if faults:
            raise UndeclaredError(faults)

    def _routes_without_a_rule(self, app: web.Application) -> Iterable[str]:
        for route in app.router.routes():
            path = route.resource.canonical if route.resource else "?"
            rule = self.rules.get(route.handler)
            if path != SOCKETS and (rule is None or not isinstance(rule.caller, Right | Door)):
                yield f"{route.method} {path}: expected a Rule that names who may call it, found none"


def _events_without_a_right(sockets: GuardedServer) -> Iterable[str]:
    for namespace, handlers in sockets.handlers.items():
        for name in handlers:
            yield f"{namespace} {name}: expected an Ask that names the right to send it, found a bare handler"
    for namespace, channel in sockets.namespace_handlers.items():
        if not isinstance(channel, Channel):
            yield f"{namespace}: expected a Channel, found {type(channel).__name__}"
            continue
        for name, ask in channel.asks().items():
            if not isinstance(ask.right, Right):
                yield f"{namespace} {name}: expected the right to send it, found {ask.right}"
