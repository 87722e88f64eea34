"""From a decision to words: what the bot says, in the shopper's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from bot.dialogue.decisions import Answer, AskOrderNumber, Clarify, Decision, Handoff, SmallTalk
from bot.domain.handoffs import Reason
from bot.domain.messages import Choice, Source
from bot.knowledge.body import plain
from bot.knowledge.entries import Entry, KnowledgeBase, to_json
from bot.locale.catalogs import Catalogs, language_name

DID_YOU_MEAN = "Did you mean one of these?"
PUT_DIFFERENTLY = "I'm not sure I understood. Could you put it differently, or add a detail?"
WHICH_ORDER = (
    "I'll pass that on. What is your order number? You'll find it in the confirmation e-mail and under My orders."
)
ONLY_IN = "This answer is only available in {language}."

QUEUED: dict[Reason, str] = {
    Reason.ASKED_FOR_HUMAN: "Of course. I'm asking a colleague to join; they will see everything you wrote here.",
    Reason.REPEATED_FAILURE: (
        "I can't find the right answer, so I'm asking a colleague to join; they will see everything."
    ),
    Reason.ENTRY_ACTION: "I'm asking a colleague to look into this; they will see everything you wrote here.",
    Reason.LOW_CONFIDENCE: "I don't have a reliable answer to that, so I'm asking a colleague to join.",
    Reason.OUT_OF_SCOPE: "That is not something our help center covers, so I'm asking a colleague to join.",
    Reason.NEGATIVE_FEEDBACK: "I'm sorry that this didn't help. I'm asking a colleague to join.",
    Reason.AGENT_INITIATED: "A colleague is joining the conversation.",
}
OFFERED: dict[Reason, str] = {
    Reason.OUT_OF_SCOPE: "That is not something our help center covers. If it is about the shop, a person can help.",
    Reason.NEGATIVE_FEEDBACK: "I'm sorry that this didn't help. Would you like to talk to a person?",
}
OFFERED_OTHERWISE = "I don't have a reliable answer to that. Would you like to talk to a person?"
WITH_ORDER = "Thank you. I'm passing order {number} on to a colleague, who will look into it."


@dataclass(frozen=True, slots=True)
class Reply:
    """What a bot's message holds beside its place in the conversation."""

    text: str
    language: str
    decision: str
    blocks: tuple[Mapping[str, Any], ...] | None = None
    choices: tuple[Choice, ...] = ()
    source: Source | None = None
    entry: str | None = None
    reason: str | None = None


class Replies:
    """Renders decisions."""

    def __init__(self, knowledge: KnowledgeBase, catalogs: Catalogs) -> None:
        self._knowledge = knowledge
        self._catalogs = catalogs
        self._answers: dict[tuple[str, str, str], Reply] = {}

    def render(
        self,
        decision: Decision,
        language: str,
        *,
        queued: bool = False,
        order_number: str | None = None,
        away: str | None = None,
    ) -> Reply:
        """Return the reply; `queued` says whether a hand-off is in the queue or only offered."""
        match decision:
            case Answer(entry=entry_id) | SmallTalk(entry=entry_id):
                key = (entry_id, language, decision.action)
                if key not in self._answers:  # the same until the help center is another, and so is this object then
                    self._answers[key] = self._answer(self._knowledge.entry(entry_id, language), language, key[2])
                return self._answers[key]
            case Clarify(choices=choices):
                named = tuple(Choice(entry, self._knowledge.entry(entry, language).title) for entry in choices)
                text = DID_YOU_MEAN if named else PUT_DIFFERENTLY
                return Reply(self._catalogs.say(language, text), language, decision.action, choices=named)
            case AskOrderNumber():
                return Reply(self._catalogs.say(language, WHICH_ORDER), language, "clarify")
            case Handoff(reason=reason):
                text = handoff_text(
                    self._catalogs, language, Reason(reason), queued=queued, order_number=order_number, away=away
                )
                return Reply(text, language, decision.action, reason=reason)
            case _:
                assert_never(decision)

    def _answer(self, entry: Entry, language: str, action: str) -> Reply:
        blocks = tuple(to_json(entry.blocks))
        text = plain(entry.blocks)
        if entry.language != language:
            note = self._catalogs.say(language, ONLY_IN, language=language_name(entry.language, language))
            blocks = ({"type": "paragraph", "children": [{"type": "text", "text": note}]}, *blocks)
            text = f"{note}\n\n{text}"
        if entry.is_smalltalk:
            return Reply(text, entry.language, action, blocks=blocks, entry=entry.id)
        source = Source(entry.id, entry.title, f"/help/{entry.language}/{entry.id}")
        return Reply(text, entry.language, action, blocks=blocks, source=source, entry=entry.id)


def handoff_text(
    catalogs: Catalogs,
    language: str,
    reason: Reason,
    *,
    queued: bool,
    order_number: str | None = None,
    away: str | None = None,
) -> str:
    """Return what the bot says when it brings in a person, or offers to; `away` is said when nobody can come now."""
    if queued and order_number:
        taken = catalogs.say(language, WITH_ORDER, number=order_number)
        return f"{taken} {away}" if away else taken
    if queued and away:
        return away
    return catalogs.say(language, QUEUED[reason] if queued else OFFERED.get(reason, OFFERED_OTHERWISE))
