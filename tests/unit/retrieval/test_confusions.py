"""Leave-one-out: the arithmetic equals fitting again, and the pairs are the right ones."""

from __future__ import annotations

import numpy as np
from sklearn.naive_bayes import MultinomialNB

from bot.knowledge.entries import Entry, KnowledgeBase
from bot.retrieval import confusions
from bot.retrieval.classifiers import SMOOTHING

TEXTS = {
    "parcel": ["where is my parcel", "parcel lost", "my parcel never came", "track the parcel", "refund of a parcel"],
    "refund": ["I want a refund", "refund please", "money back refund", "when is the refund", "parcel refund"],
    "account": ["close my account", "account password", "new account", "delete account", "my account"],
    "single": ["only one text here"],
}


def kb() -> KnowledgeBase:
    entries = {id_: {"en": Entry(id_, "en", title, tuple(rest))} for id_, (title, *rest) in TEXTS.items()}
    return KnowledgeBase(entries)


def test_each_text_is_judged_as_a_model_fitted_without_it_judges():
    names = sorted(name for name in TEXTS if len(TEXTS[name]) > 1)
    texts = [text for name in names for text in TEXTS[name]]
    labels = np.array([names.index(name) for name in names for _ in TEXTS[name]])
    matrix = confusions._matrix(texts, "en")
    expected = []
    for text in range(len(texts)):
        others = np.arange(len(texts)) != text
        model = MultinomialNB(alpha=SMOOTHING, fit_prior=False).fit(matrix[others], labels[others])
        expected.append(int(model.predict(matrix[[text]])[0]))
    assert confusions._leave_one_out(matrix, labels, len(names)).tolist() == expected


def test_the_pairs_name_who_was_taken_for_whom():
    found = confusions.find(kb(), "en")
    assert found.texts == 15
    assert found.right == 15 - sum(pair.count for pair in found.pairs)
    assert ("parcel", "refund") in [(pair.entry, pair.other) for pair in found.pairs]
    assert all(pair.total == 5 and pair.example in TEXTS[pair.entry] for pair in found.pairs)
    assert [pair.count for pair in found.pairs] == sorted((pair.count for pair in found.pairs), reverse=True)
    assert 0 < found.accuracy < 1


def test_nothing_to_compare_is_no_error():
    assert confusions.find(kb(), "fr").accuracy == 0
    alone = KnowledgeBase({"a": {"en": Entry("a", "en", "one", ("two",))}})
    assert confusions.find(alone, "en").texts == 2


def test_more_texts_than_are_scored_at_a_time(monkeypatch):
    whole = confusions.find(kb(), "en")
    monkeypatch.setattr(confusions, "_ROWS", 4)
    assert confusions.find(kb(), "en") == whole
