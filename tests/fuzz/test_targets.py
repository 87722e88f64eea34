"""Properties of everything that reads what others wrote, over generated and mutated input."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.planted import PLANTS
from tests.fuzz.targets import TARGETS, seeds_of

EACH, EACH_IN_FULL = 400, 2_000
GUIDED = {"two marks"}  # only coverage leads there
IN_FULL = {"exports": 10_000}
QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


def inputs(name: str) -> st.SearchStrategy[bytes]:
    """Give a target's own texts, changed in a few places, two joined, or bytes of any kind."""
    seeds = st.sampled_from(seeds_of(name))
    places = st.floats(0, 1)
    bits = st.one_of(st.binary(max_size=6), st.sampled_from(PIECES))

    def changed(seed: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
        for place, length, bit in changes:
            at = int(place * len(seed))
            seed = seed[:at] + bit + seed[at + length :]
        return seed

    mutated = st.builds(changed, seeds, st.lists(st.tuples(places, st.integers(0, 8), bits), max_size=6))
    joined = st.builds(lambda one, other, place: one[: int(place * len(one))] + other, seeds, mutated, places)
    return st.one_of(mutated, joined, st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")))


PIECES = [
    piece.encode()
    for piece in (
        "|",
        "=1+1",
        "[x](~)",
        "[y](javascript:x)",
        "(555) ",
        "\x1e",
        '{"a":',
        "[[[[",
        "\n---\n",
        ": ",
        "\n- ",
        "@",
        "\r\n",
    )
] + [b"4111 1111 1111 1111", "\u200b".encode(), b"javascript:x", b", b@y.es", b"\\ud800", b"null", b"0", b'"']


def tried(name: str, examples: int, *, smallest: bool = True) -> None:
    """Try so many inputs, the same each time. Raises what the target raises, for the `smallest` that it found."""
    phases = [Phase.generate, Phase.shrink] if smallest else [Phase.generate]

    @settings(
        max_examples=examples,
        phases=phases,
        deadline=None,
        database=None,
        derandomize=True,
        report_multiple_bugs=False,
        suppress_health_check=QUIET,
    )
    @given(inputs(name))
    def holds(data: bytes) -> None:
        TARGETS[name].check(data)

    for seed in seeds_of(name):
        TARGETS[name].check(seed)
    holds()


@pytest.mark.parametrize("name", TARGETS)
def test_it_holds_for_whatever_is_sent(name: str, *, full: bool):
    tried(name, IN_FULL.get(name, EACH_IN_FULL) if full else EACH)


@pytest.mark.parametrize(
    ("name", "fault"), [(name, fault) for name, faults in PLANTS.items() for fault in faults if fault not in GUIDED]
)
def test_a_planted_fault_is_caught(name: str, fault: str):
    with PLANTS[name][fault](), pytest.raises((AssertionError, IndexError)):  # type: ignore[attr-defined]
        tried(name, EACH, smallest=False)
