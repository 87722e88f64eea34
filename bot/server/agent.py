"""What agents ask over Socket.IO."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.bootstrap import Parley
from bot.domain.agents import Agent
from bot.domain.conversations import Conversation
from bot.domain.messages import Author, Message
from bot.domain.rights import Right
from bot.errors import BadInput, Forbidden
from bot.knowledge.body import plain
from bot.locale.negotiate import LANGUAGES, negotiate
from bot.server.beside import look_again
from bot.server.channel import Ask, Channel
from bot.server.identity import session_token
from bot.server.limits import Buckets
from bot.server.metrics import Metrics
from bot.server.payloads import (
    AgentHistory,
    AgentMessageSend,
    AgentResume,
    AgentTyping,
    AgentViewing,
    ConversationAssign,
    ConversationResolve,
    ConversationTransfer,
    NoteAdd,
    Nothing,
    OfConversation,
    OfHandoff,
    Payload,
    PresenceSet,
    ShopperBlock,
    SuggestionList,
)
from bot.server.relay import AGENT, LOBBY, Relay, room_of, room_of_agent
from bot.server.rules import complete
from bot.server.views import acknowledged_json, agent_json, message_for_agent, queue_item

LOOK_SECONDS = 1.0  # how long an ended session may still hear
ASKS_PER_MINUTE = 600
WORTH_SUGGESTING = 0.05  # below this a suggestion only takes the place of thought


class AgentChannel(Channel):
    """The agents' door: the caller is the session cookie's agent."""

    def __init__(
        self, parley: Parley, relay: Relay, own_origins: frozenset[str], cookie: str, metrics: Metrics
    ) -> None:
        super().__init__(AGENT, parley.catalogs, Buckets(per_minute=ASKS_PER_MINUTE, burst=60), metrics)
        self._parley = parley
        self._relay = relay
        self._own_origins = own_origins
        self._cookie = cookie
        self._agents: dict[str, Agent] = {}
        self._tokens: dict[str, str] = {}
        self._viewed: dict[str, str] = {}
        self._languages: dict[str, str] = {}
        self._asks: dict[str, Ask] = {
            "presence_set": Ask(PresenceSet, Right.CHAT, self._presence_set),
            "queue_watch": Ask(Nothing, Right.CHAT, self._queue_watch),
            "handoff_accept": Ask(OfHandoff, Right.CHAT, self._handoff_accept),
            "handoff_decline": Ask(OfHandoff, Right.CHAT, self._handoff_decline),
            "message_send": Ask(AgentMessageSend, Right.CHAT, self._message_send),
            "note_add": Ask(NoteAdd, Right.CHAT, self._note_add),
            "conversation_join": Ask(OfConversation, Right.CHAT, self._conversation_join),
            "conversation_leave": Ask(OfConversation, Right.CHAT, self._conversation_leave),
            "conversation_take": Ask(OfConversation, Right.CHAT, self._conversation_take),
            "conversation_assign": Ask(ConversationAssign, Right.SUPERVISE, self._conversation_assign),
            "conversation_transfer": Ask(ConversationTransfer, Right.CHAT, self._conversation_transfer),
            "conversation_return": Ask(OfConversation, Right.CHAT, self._conversation_return),
            "conversation_resolve": Ask(ConversationResolve, Right.CHAT, self._conversation_resolve),
            "shopper_block": Ask(ShopperBlock, Right.CHAT, self._shopper_block),
            "typing_set": Ask(AgentTyping, Right.CHAT, self._typing_set),
            "viewing_set": Ask(AgentViewing, Right.CHAT, self._viewing_set),
            "suggestion_list": Ask(SuggestionList, Right.CHAT, self._suggestion_list),
            "resume": Ask(AgentResume, Right.CHAT, self._resume),
            "history": Ask(AgentHistory, Right.CHAT, self._history),
        }

    def asks(self) -> Mapping[str, Ask]:
        return self._asks

    def rights_of(self, sid: str) -> frozenset[Right]:
        agent = self._agents.get(sid)
        return agent.rights if agent else frozenset()

    def rate_key(self, sid: str) -> str:
        agent = self._agents.get(sid)
        return agent.id if agent else sid

    def about(self, sid: str, payload: Payload) -> str | None:  # noqa: ARG002
        return getattr(payload, "conversation_id", None)

    def language_of(self, sid: str) -> str:
        return self._languages.get(sid, "en")

    async def joined(self, sid: str, environ: Mapping[str, Any], auth: object) -> None:
        # A page of another site has another origin; a program without a browser has none.
        if str(environ.get("HTTP_ORIGIN", "")).lower() not in self._own_origins:
            raise Forbidden("This request comes from another site.")
        token = session_token(environ["aiohttp.request"], self._cookie)
        agent = complete(await self._parley.agents.session(token)).agent
        if not agent.may(Right.CHAT):
            raise Forbidden("Your role may read reports, not conversations.")
        queue = [queue_item(listed, self._parley.clock.now()) for listed in await self._parley.inbox.queue()]
        agents = [agent_json(other) for other in await self._parley.agents.everybody()]
        # Held only when nothing can refuse any more: a refused socket never leaves.
        agent = await self._parley.leases.come(agent.id)
        self._agents[sid], self._tokens[sid] = agent, str(token)
        wished = auth.get("language") if isinstance(auth, dict) else None
        self._languages[sid] = negotiate([wished if isinstance(wished, str) else None], LANGUAGES, "en")
        self._metrics.sockets.labels(AGENT).inc()
        await self.enter_room(sid, LOBBY)
        await self.enter_room(sid, room_of_agent(agent.id))
        self._relay.tell(AGENT, sid, "session_started", {"agent": agent_json(agent), "queue": queue, "agents": agents})

    async def left(self, sid: str) -> None:
        if sid in self._agents:
            self._tell_viewing(sid, self._viewed.pop(sid, None), on=False)
        self._languages.pop(sid, None)
        agent = self._agents.pop(sid, None)
        self._tokens.pop(sid, None)
        if agent is None:
            return
        self._metrics.sockets.labels(AGENT).dec()
        await self._parley.leases.go(agent.id)

    async def watch(self) -> None:
        """See who has to leave, until cancelled."""
        # While the database is away nobody is let in either.
        await look_again(self.refresh, seconds=LOOK_SECONDS, failed="sessions_not_read")

    async def refresh(self) -> None:
        """Take what was changed about those who are here; whose session, role or rights are no more has to leave.

        Whichever process ended it: the database is asked, so that a lost wire changes nothing.
        """
        asked = dict(self._tokens)  # whoever comes while the answer is read was let in by what holds now
        if not asked:
            return
        there = await self._parley.agents.sessions(set(asked.values()))
        for sid, token in asked.items():
            if sid not in self._tokens:
                continue
            now = there.get(token)
            if now is None or (now.role, now.rights) != (self._agents[sid].role, self._agents[sid].rights):
                await self.disconnect(sid)
            else:
                self._agents[sid] = now

    async def _presence_set(self, sid: str, asked: PresenceSet) -> dict[str, Any]:
        await self._parley.leases.choose(self._agents[sid].id, asked.presence)
        return {}

    async def _queue_watch(self, _sid: str, _asked: Nothing) -> dict[str, Any]:
        return {"queue": [queue_item(listed, self._parley.clock.now()) for listed in await self._parley.inbox.queue()]}

    async def _handoff_accept(self, sid: str, asked: OfHandoff) -> dict[str, Any]:
        conversation_id = await self._parley.handoffs.accept(self._agents[sid], asked.handoff_id)
        await self.enter_room(sid, room_of(conversation_id))
        return {"conversation_id": conversation_id}

    async def _handoff_decline(self, sid: str, asked: OfHandoff) -> dict[str, Any]:
        await self._parley.handoffs.decline(self._agents[sid], asked.handoff_id)
        return {}

    async def _message_send(self, sid: str, asked: AgentMessageSend) -> dict[str, Any]:
        message = await self._parley.handoffs.say(
            self._agents[sid],
            asked.conversation_id,
            client_id=asked.client_id,
            text=asked.text,
            anyway=asked.anyway,
        )
        return acknowledged_json(message, asked.text)

    async def _note_add(self, sid: str, asked: NoteAdd) -> dict[str, Any]:
        note = await self._parley.handoffs.note(self._agents[sid], asked.conversation_id, asked.text)
        return {"id": note.id}

    async def _conversation_join(self, sid: str, asked: OfConversation) -> dict[str, Any]:
        await self._parley.inbox.resume(asked.conversation_id, after_seq=0, limit=1)
        await self._parley.readings.transcript(self._agents[sid], asked.conversation_id)
        await self.enter_room(sid, room_of(asked.conversation_id))
        return {}

    async def _conversation_leave(self, sid: str, asked: OfConversation) -> dict[str, Any]:
        await self.leave_room(sid, room_of(asked.conversation_id))
        return {}

    async def _conversation_take(self, sid: str, asked: OfConversation) -> dict[str, Any]:
        await self._parley.handoffs.take(self._agents[sid], asked.conversation_id)
        await self.enter_room(sid, room_of(asked.conversation_id))
        return {}

    async def _conversation_transfer(self, sid: str, asked: ConversationTransfer) -> dict[str, Any]:
        if (asked.agent_id is None) == (asked.team_id is None):
            raise BadInput("Expected one of agent_id and team_id.")
        await self._parley.handoffs.transfer(
            self._agents[sid], asked.conversation_id, agent_id=asked.agent_id, team_id=asked.team_id
        )
        return {}

    async def _conversation_assign(self, sid: str, asked: ConversationAssign) -> dict[str, Any]:
        await self._parley.handoffs.assign(self._agents[sid], asked.conversation_id, asked.agent_id)
        return {}

    async def _conversation_return(self, sid: str, asked: OfConversation) -> dict[str, Any]:
        await self._parley.handoffs.give_back(self._agents[sid], asked.conversation_id)
        return {}

    async def _conversation_resolve(self, sid: str, asked: ConversationResolve) -> dict[str, Any]:
        await self._parley.handoffs.resolve(
            self._agents[sid], asked.conversation_id, disposition=asked.disposition, topic=asked.topic
        )
        return {}

    async def _shopper_block(self, sid: str, asked: ShopperBlock) -> dict[str, Any]:
        change = self._parley.blocking.block if asked.blocked else self._parley.blocking.unblock
        await change(self._agents[sid], asked.conversation_id)
        return {}

    async def _typing_set(self, sid: str, asked: AgentTyping) -> dict[str, Any]:
        agent = self._agents[sid]
        has = await self._parley.handoffs.has(agent, asked.conversation_id)
        self._relay.typing(asked.conversation_id, Author.AGENT, on=asked.on, skip=sid, name=agent.name, to_shopper=has)
        return {}

    async def _viewing_set(self, sid: str, asked: AgentViewing) -> dict[str, Any]:
        """Tell colleagues who look at the same conversation; a browser repeats it, so that nothing has to be kept."""
        await self._parley.inbox.resume(asked.conversation_id, after_seq=0, limit=1)
        if self._viewed.get(sid) != asked.conversation_id or not asked.on:
            self._tell_viewing(sid, self._viewed.pop(sid, None), on=False)
        if asked.on:
            self._viewed[sid] = asked.conversation_id
            self._tell_viewing(sid, asked.conversation_id, on=True)
        return {}

    def _tell_viewing(self, sid: str, conversation_id: str | None, *, on: bool) -> None:
        if conversation_id is None:
            return
        agent = self._agents[sid]
        told = {"conversation_id": conversation_id, "agent_id": agent.id, "name": agent.name, "on": on}
        self._relay.tell(AGENT, room_of(conversation_id), "viewing_changed", told, skip=sid)

    async def _suggestion_list(self, _sid: str, asked: SuggestionList) -> dict[str, Any]:
        language, found = await self._parley.inbox.suggestions(asked.conversation_id, asked.text)
        knowledge = self._parley.desk().knowledge
        suggestions = []
        for entry_id, confidence in found:
            if confidence < WORTH_SUGGESTING:
                continue
            entry = knowledge.entry(entry_id, language)
            suggestions.append(
                {
                    "entry": entry_id,
                    "title": entry.title,
                    "text": plain(entry.blocks),
                    "language": entry.language,
                    "confidence": round(confidence, 3),
                }
            )
        return {"suggestions": suggestions}

    async def _resume(self, sid: str, asked: AgentResume) -> dict[str, Any]:
        await self._parley.readings.transcript(self._agents[sid], asked.conversation_id)
        conversation, messages = await self._parley.inbox.resume(
            asked.conversation_id, after_seq=asked.after_seq, limit=asked.limit
        )
        reached = messages[-1].seq if messages else asked.after_seq
        return _page_json(conversation, messages, more=reached < conversation.last_seq)

    async def _history(self, sid: str, asked: AgentHistory) -> dict[str, Any]:
        await self._parley.readings.transcript(self._agents[sid], asked.conversation_id)
        conversation, messages = await self._parley.inbox.history(
            asked.conversation_id, before_seq=asked.before_seq, limit=asked.limit
        )
        return _page_json(conversation, messages, more=bool(messages) and messages[0].seq > 1)


def _page_json(conversation: Conversation, messages: list[Message], *, more: bool) -> dict[str, Any]:
    return {
        "messages": [message_for_agent(message) for message in messages],
        "status": conversation.status.value,
        "last_seq": conversation.last_seq,
        "more": more,
    }
