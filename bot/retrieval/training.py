"""Fits one language: the matchers on everything, fusion and calibration on what was held out.

Two things are held out at once, fold by fold: whole entries, to see what "not in the help center" looks like, and some
variants of all others, to see when the first candidate is right.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.entries import KnowledgeBase
from bot.retrieval import calibration, fusion, model
from bot.retrieval.calibration import HUMAN, OTHER, OUTSIDE, RIGHT, SMALLTALK, Calibrator
from bot.retrieval.model import Evidence, Example, Model
from bot.retrieval.reading import OUT_OF_SCOPE, Classes, Roles, read
from bot.text.tokens import Analyzer

_TWO = 2
FOLDS = 3
MANY_TEXTS = 6000
"""From this size on one fold holds out enough, and each costs minutes."""
ENOUGH_HELD_OUT = 2000
MOST_ROUNDS = 8
"""A small help center is split several times over: each split is quick, and holds out few."""
HELD_OUT_VARIANTS = 0.2
"""Share of an entry's variants held out in a fold: more than a fold's fair share, because a help center's variants
resemble one another more than a shopper's message resembles any of them."""
ANSWERABLE = 0.68
"""Share of messages that the help center answers, among those that ask for help: the prior of calibration."""
HIDDEN_AMONG_OUTSIDE = 0.3
"""Where the help center lists out-of-scope messages: the share of hidden entries' messages among those that stand for
"not in the help center"."""
EASE = 0.6
FEW_VARIANTS = 5
MOST_HELD_OUT = 1000
"""Held-out messages of a fold; enough for twenty weights."""


@dataclass(frozen=True, slots=True)
class Held:
    """One held-out message with its evidence, from a model that knew neither it nor perhaps its entry."""

    classes: Classes
    """Of the model that was asked; not the model, which is large."""
    evidence: Evidence
    label: str
    known: bool
    """Whether its class was there to be found."""


def examples(kb: KnowledgeBase, language: str) -> list[Example]:
    """Return all known texts of a language, out-of-scope messages included."""
    analyzer = Analyzer(language)
    labelled = [*kb.texts(language), *((OUT_OF_SCOPE, text) for text in kb.out_of_scope.get(language, ()))]
    return [Example(tuple(analyzer.words(text)), label) for label, text in labelled]


def fit(kb: KnowledgeBase, language: str, roles: Roles) -> tuple[Model, NDArray[np.float64], Calibrator]:
    """Return the matchers of a language, the weights of fusion and the calibrator."""
    known = examples(kb, language)
    held = list(_held_out(Analyzer(language), known, roles))
    weights = fusion.learn([(one.evidence.signals, _place(one)) for one in held if one.known])
    calibrator = _calibrate(held, weights, roles)
    return model.fit(Analyzer(language), known), weights, calibrator


def _held_out(analyzer: Analyzer, known: Sequence[Example], roles: Roles) -> Iterator[Held]:
    chance = random.Random(0)  # noqa: S311  # nosec B311  # for reproducible folds, not for secrets
    labels = sorted({example.label for example in known})
    entries = [label for label in labels if roles.is_entry(label)]
    if len(entries) < _TWO:
        return
    parts = min(FOLDS, len(entries))
    folds = 1 if len(known) > MANY_TEXTS else parts
    rounds = min(MOST_ROUNDS, math.ceil(ENOUGH_HELD_OUT / max(1, len(known))))
    for _ in range(rounds):
        chance.shuffle(entries)
        for fold in range(folds):
            hidden = set(entries[fold::parts])
            kept, out = _split(known, hidden, chance)
            if len({example.label for example in kept}) < _TWO:
                continue
            fitted = model.fit(analyzer, kept)
            out = _some(out, roles, chance)
            classes = Classes.of(fitted.labels, roles)
            for example in out:
                evidence = fitted.evidence(example.words)
                yield Held(classes, evidence, example.label, example.label in fitted.numbers)


def _some(out: Sequence[Example], roles: Roles, chance: random.Random) -> list[Example]:
    """Return all that is no entry's, which is little, and of the rest as much as is needed."""
    entries = [example for example in out if roles.is_entry(example.label)]
    others = [example for example in out if not roles.is_entry(example.label)]
    return [*others, *(entries if len(entries) <= MOST_HELD_OUT else chance.sample(entries, MOST_HELD_OUT))]


def _split(known: Sequence[Example], hidden: set[str], chance: random.Random) -> tuple[list[Example], list[Example]]:
    """Return (kept, held out): all texts of the hidden entries, and some of each other class, never the last two."""
    groups: dict[str, list[Example]] = {}
    for example in known:
        groups.setdefault(example.label, []).append(example)
    kept: list[Example] = []
    out: list[Example] = []
    for label, group in groups.items():
        if label in hidden:
            out.extend(group)
            continue
        count = min(max(1, round(HELD_OUT_VARIANTS * len(group))), len(group) - 1)
        chosen = set(chance.sample(range(len(group)), count))
        out.extend(example for place, example in enumerate(group) if place in chosen)
        kept.extend(example for place, example in enumerate(group) if place not in chosen)
    return kept, out


def _place(held: Held) -> int:
    """Return the right class's place among the candidates, -1 when it is not there."""
    labels = [held.classes.labels[number] for number in held.evidence.candidates]
    return labels.index(held.label) if held.label in labels else -1


def _calibrate(held: Sequence[Held], weights: NDArray[np.float64], roles: Roles) -> Calibrator:
    features: list[NDArray[np.float64]] = []
    outcomes: list[int] = []
    for one in held:
        reading = read(one.classes, one.evidence, weights)
        features.append(reading.features)
        outcomes.append(_outcome(one, reading.entries, roles))
    importance = _importance(held, outcomes)
    return calibration.learn(features, outcomes, importance)


def _importance(held: Sequence[Held], outcomes: Sequence[int]) -> list[float]:
    """Return the weight of each held-out message, so that their mix is the one that is expected of shoppers."""
    groups = [_group(one, outcome) for one, outcome in zip(held, outcomes, strict=True)]
    sizes = Counter(groups)
    answered = sizes["right"] + sizes["other"] or 1
    variants = _variants_per_entry(held)
    accuracy = 1 - (1 - sizes["right"] / answered) ** _ease(variants)
    hidden = HIDDEN_AMONG_OUTSIDE if sizes["listed"] else 1.0
    shares = {
        "right": ANSWERABLE * accuracy,
        "other": ANSWERABLE * (1 - accuracy),
        "hidden": (1 - ANSWERABLE) * hidden,
        "listed": (1 - ANSWERABLE) * (1 - hidden),
    }
    total = sum(sizes[group] for group in shares)
    weights = {group: share * total / sizes[group] for group, share in shares.items() if sizes[group]}
    return [weights.get(group, 1.0) for group in groups]


def _variants_per_entry(held: Sequence[Held]) -> float:
    hidden = Counter(one.label for one in held if not one.known)
    return sum(hidden.values()) / max(1, len(hidden))


def _group(held: Held, outcome: int) -> str:
    if outcome == OUTSIDE:
        return "listed" if held.label == OUT_OF_SCOPE else "hidden"
    return {RIGHT: "right", OTHER: "other"}.get(outcome, "courtesy")


def _ease(variants: float) -> float:
    """Return the power of the error rate that turns the held-out variants' into the shoppers'.

    The more ways to ask are written for an entry, the farther they are fetched: held out, the thirtieth is harder than
    what shoppers write. Measured: with 5 variants the two error rates agree, with 30 it is .36 against .04.
    """
    return max(1.0, 1.0 + EASE * math.log2(max(variants, 1.0) / FEW_VARIANTS))


def _outcome(held: Held, entries: Sequence[str], roles: Roles) -> int:
    if held.label in roles.handoffs:
        return HUMAN
    if held.label in roles.smalltalk:
        return SMALLTALK
    if held.label == OUT_OF_SCOPE or not held.known:
        return OUTSIDE
    return RIGHT if entries and entries[0] == held.label else OTHER
