"""The data dictionary: every column of every export, in its order, with its type and what it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

TEXT, WHOLE, NUMBER, TRUTH, TIME = "text", "whole number", "number", "true or false", "time (UTC)"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; columns are added at the end and never renamed."""

    name: str
    kind: str
    meaning: str


def _read(table: str) -> tuple[Column, ...]:
    kinds = {"t": TEXT, "i": WHOLE, "n": NUMBER, "b": TRUTH, "d": TIME}
    lines = (line.split(" ", 2) for line in table.strip().splitlines())
    return tuple(Column(name, kinds[kind], meaning) for name, kind, meaning in lines)


CONVERSATIONS = _read(
    """
conversation_id t The conversation; several rows when it has several episodes
episode i Number of the episode within the conversation, from 1
started_at d First message that is not small talk
ended_at d End of the episode; the period of an export is about this time
language t Language at the end: en, es, fr
surface t widget or page
page t Path of the page on which the conversation began
visitor t Pseudonym of the shopper; the same within one export, another in the next
outcome t What became of the episode, as it counts now
disposition t How an agent closed it: solved, not_solved, spam
handoff_reason t Why a person was asked for, if one was
team t Team that had it last
agent t Agent who had it last
topic t Folder of the entry, or the topic that the agent chose
entry t Entry that was answered last
messages_shopper i Messages of the shopper
messages_bot i Messages of the assistant
messages_agent i Messages of agents
answered i Turns that got an answer
clarified i Turns in which the assistant asked back
failed i Turns in which the assistant gave up
queue_wait_s n Seconds from the request for a person to an agent's taking it
first_response_s n Seconds from the first message of the shopper to the first reply of assistant or agent
agent_response_s n Seconds from an agent's taking it to the agent's first message
handle_s n Seconds in which an agent had it and it was open
resolution_s n Seconds from the start to the last message
csat i Rating from 1 to 5
nps i Rating from 0 to 10
helpful i Answers judged helpful
unhelpful i Answers judged unhelpful
kb_version t Version of the help center that answered first
first_outcome t Outcome at the end, before any revision
clarified_answered i Questions back whose next turn was an answer
wrong_answers i Answers judged unhelpful or followed at once by a request for a person
language_switches i How often the language changed
rating_requested b Whether a rating was asked for
queue_left_s n Seconds that a shopper waited whom nobody took
first_response_human_s n Seconds from the request for a person to the agent's first message
next_same_topic_s n Seconds until the shopper came back on the same topic
"""
)
MESSAGES = _read(
    """
message_id t The message
conversation_id t The conversation
episode i Episode that the message belongs to; 0 before the first
seq i Place in the conversation, from 1 without gaps
at d When it was stored
author t shopper, bot, agent, system
agent t Name of the agent who wrote it
language t Language of the message
text t What was written; cards, IBANs, e-mail addresses and phone numbers masked
decision t What the assistant did, on its replies: answer, clarify, ask_order_number, handoff, smalltalk
entry t Entry that the reply answers with
confidence n Probability that the entry is right
helpful b The shopper's judgement of the reply
"""
)
DECISIONS = _read(
    """
decision_id t The decision
conversation_id t The conversation
episode i Episode of the turn
message_id t Message of the shopper
reply_id t Reply of the assistant
at d When it was decided
action t answer, clarify, ask_order_number, handoff, smalltalk
reason t Why a person was brought in
entry t First candidate
confidence n Probability that the first candidate is right
candidates t JSON list of {entry, confidence}, best first
scores t JSON object of the matchers' raw scores
language t Language of the turn
kb_version t Version of the help center
milliseconds n How long understanding and searching took
"""
)
AUDIT = _read(
    """
number i 1, 2, 3 ... without gaps
at d When it was done
action t What was done
agent_id t Who did it; empty for Parley itself and the command line
agent t What they are called
about t Id of what it was done to
about_name t What they are called, if it is somebody of the staff
data t JSON object: counts, ids and words of closed lists
hash t SHA-256 over this row and the hash before it
"""
)
EXPORTS: dict[str, tuple[Column, ...]] = {
    "conversations": CONVERSATIONS,
    "messages": MESSAGES,
    "decisions": DECISIONS,
}
COLUMNS = {what: [column.name for column in columns] for what, columns in EXPORTS.items()}


def markdown() -> Iterator[str]:
    """Yield the dictionary as lines of Markdown."""
    for what, columns in EXPORTS.items():
        yield from (f"## {what}", "", "| column | type | meaning |", "|---|---|---|")
        yield from (f"| `{column.name}` | {column.kind} | {column.meaning} |" for column in columns)
        yield ""


def to_json() -> dict[str, list[dict[str, str]]]:
    """Return the dictionary for machines."""
    return {
        what: [{"name": one.name, "type": one.kind, "meaning": one.meaning} for one in columns]
        for what, columns in EXPORTS.items()
    }
