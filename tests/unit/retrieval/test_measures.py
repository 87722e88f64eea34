"""The formulas of quality, against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval import measures
from bot.retrieval.measures import Judged


def test_coverage_takes_the_largest_share_at_the_precision():
    confidence = np.array([0.9, 0.8, 0.7, 0.6])
    assert measures.coverage(confidence, np.array([True, True, False, True]), 4) == 0.5
    assert measures.coverage(confidence, np.array([True, True, True, False]), 5) == 0.6
    assert measures.coverage(confidence, np.array([False, True, True, True]), 4) == 0.0


def test_equal_confidences_stand_or_fall_together():
    assert measures.coverage(np.array([0.5, 0.5]), np.array([True, False]), 1) == 0.0


def test_auroc_counts_ties_half():
    assert measures.auroc(np.array([1.0, 0.5]), np.array([0.5, 0.0])) == pytest.approx(0.875)


def test_calibration_error_is_the_mean_gap():
    confidence = np.array([0.0, 0.0, 1.0, 1.0])
    assert measures.calibration_error(confidence, np.array([False, False, True, True]), bins=2) == 0
    assert measures.calibration_error(confidence, np.array([False, False, False, True]), bins=2) == pytest.approx(0.25)


def test_every_measure_of_a_small_set():
    judged = [
        Judged(True, 1, 0.9, right_language=True),
        Judged(True, 3, 0.4, right_language=False),
        Judged(True, 0, 0.2),
        Judged(False, 0, 0.1, kind="human", called_a_person=True),
        Judged(False, 0, 0.3, kind="oos", called_a_person=True),
    ]
    found = {name: measure.value for name, measure in measures.measure(judged, resamples=20).items()}
    assert found["accuracy_at_1"] == pytest.approx(1 / 3)
    assert found["recall_at_3"] == pytest.approx(2 / 3)
    assert found["mrr"] == pytest.approx((1 + 1 / 3) / 3)
    assert found["person_recall"] == 1
    assert found["person_false_rate"] == 0.25
    assert found["language_accuracy"] == 0.5


def test_nothing_to_measure_is_not_a_number_and_no_error():
    found = measures.measure([], resamples=5)
    assert all(math.isnan(measure.value) for measure in found.values())


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_every_measure_stays_between_nothing_and_all(rows):
    judged = [Judged(answerable, int(right), confidence) for confidence, right, answerable in rows]
    for measure in measures.measure(judged, resamples=3).values():
        assert math.isnan(measure.value) or 0 <= measure.value <= 1
