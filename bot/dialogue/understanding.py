"""What a message is, beside what it is about: its language, its numbers, and what it does in the dialogue."""

from __future__ import annotations

from dataclasses import dataclass

from bot.dialogue import cues
from bot.domain.conversations import Memory
from bot.locale.identify import Identification, Identifier
from bot.text.entities import Entities, find
from bot.text.normalize import clean
from bot.text.parts import parts


@dataclass(frozen=True, slots=True)
class Understanding:
    """One message, understood as far as that goes without the help center's answers."""

    text: str
    """Cleaned."""
    question: str
    """What is searched for: the text, without a remark on the language that it switches to."""
    language: str
    language_probability: float
    switched: bool
    """The language differs from the conversation's so far."""
    entities: Entities
    contentless: bool
    """No word says what it is about."""
    asks_for_a_look: bool
    """Wants the own order looked up."""
    asks_to_act: bool
    """Wants it done for them."""
    names_a_topic: bool
    """Names a topic and asks nothing about it."""
    turns_down: bool
    """Turns down what the bot just said."""
    closes: bool
    """Thanks, agrees or waits, and asks nothing."""
    follows_up: bool
    """Goes on from the turn before."""
    rivals: tuple[tuple[str, float], ...] = ()
    """Other languages that it may be written in, with their probabilities."""
    points_to_thing: bool = False
    """Stands on a pronoun for the thing before."""
    points_to_event: bool = False
    """Asks for more about what was said before."""
    complains_vaguely: bool = False
    """Says that something bought gives trouble, and neither what nor which."""

    @property
    def has_order_number(self) -> bool:
        return bool(self.entities.order_numbers or self.entities.tracking_numbers)


def understand(
    memory: Memory, text: str, identifier: Identifier, *, given_language: str | None = None
) -> Understanding:
    """Read a message in its conversation; `given_language` is taken as it is when the help center speaks it."""
    text = clean(text)
    entities = find(text)
    if given_language in identifier.languages:
        identified = Identification(str(given_language), 1.0)
    else:
        identified = identifier.identify(entities.rest, conversation=memory.language or None)
    language = identified.language
    switched = bool(memory.language) and language != memory.language
    said = cues.Said.of(text, language)
    bare = said if entities.rest == text else cues.Said.of(entities.rest, language)
    return Understanding(
        text=text,
        question=_without_language_remark(text) if switched else text,
        language=language,
        language_probability=identified.probability,
        rivals=identified.rivals,
        switched=switched,
        entities=entities,
        contentless=cues.is_contentless(bare),
        asks_for_a_look=cues.asks_for_a_look(said),
        asks_to_act=cues.asks_to_act(said),
        names_a_topic=cues.names_a_topic(said),
        turns_down=cues.turns_down(said),
        closes=cues.closes(said),
        follows_up=cues.follows_up(said),
        points_to_thing=cues.points_to_thing(said),
        points_to_event=cues.points_to_event(said),
        complains_vaguely=cues.complains_vaguely(said),
    )


def _without_language_remark(text: str) -> str:
    """Return the text without the part that says "better in French"; all of it when nothing else is said."""
    pieces = parts(text)
    kept = [piece for piece in pieces if not cues.is_about_language(piece)]
    return " ".join(kept) if kept and len(kept) < len(pieces) else text
