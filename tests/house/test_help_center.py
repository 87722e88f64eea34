"""The demo's help center is clean, complete, and its pages look like the rest of the house."""

from __future__ import annotations

import re

import pytest

from bot.knowledge import lint, loader
from bot.knowledge.entries import KnowledgeBase
from bot.server.help_texts import texts_of
from tests.house.tree import ROOT

LANGUAGES = ("en", "es", "fr")
FEWEST_VARIANTS = 20
FEWEST_WAYS_TO_A_PERSON = 60
FEWEST_OUT_OF_SCOPE = 150
ENTRIES = 122
TOKENS = ROOT / "widget" / "src" / "shared" / "tokens.ts"
STYLE = ROOT / "widget" / "pages" / "help.css"


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return loader.load(ROOT / "kb")


def test_it_has_no_faults(kb):
    assert [str(finding) for finding in lint.check(kb) if finding.is_fault] == []


def test_every_entry_is_there_in_every_language(kb):
    assert len(kb.ids) == ENTRIES
    assert [id_ for id_ in kb.ids if sorted(kb.entries[id_]) != sorted(LANGUAGES)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_ways_to_ask(kb, language):
    entries = [kb.entries[id_][language] for id_ in kb.ids]
    assert [entry.source for entry in entries if len(entry.variants) < FEWEST_VARIANTS] == []
    assert len(kb.entries["contact/human-agent"][language].variants) >= FEWEST_WAYS_TO_A_PERSON
    assert len(set(kb.out_of_scope[language])) >= FEWEST_OUT_OF_SCOPE


def test_an_entry_is_related_to_the_same_in_every_language(kb):
    different = [id_ for id_ in kb.ids if len({tuple(sorted(entry.related)) for entry in kb.entries[id_].values()}) > 1]
    assert different == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_has_a_name_and_a_drawing(kb, language):
    topics = {kb.entry(id_, language).topic for id_ in kb.ids if kb.entry(id_, language).is_help}
    assert topics == set(texts_of(language).topics)
    macros = (ROOT / "bot" / "server" / "templates" / "help_macros.html").read_text(encoding="utf-8")
    assert [topic for topic in topics if f'"{topic}": ' not in macros] == []


def _declarations(css: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in css.replace('"', "'").split(";") if ":" in line)
    return {name.strip(): re.sub(r"\s*,\s*", ",", value.strip()) for name, _, value in pairs}


def test_the_pages_use_the_tokens_of_the_widget():
    parts = TOKENS.read_text(encoding="utf-8").split("const ")
    tokens = {part.split(" ", 1)[0]: _declarations(";".join(re.findall('"(.*)"', part))) for part in parts[1:]}
    style = STYLE.read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    for mode, declared in (("light", _declarations(light)), ("dark", _declarations(dark))):
        expected = {**tokens["shape"], **tokens[mode]}
        common = {name: value for name, value in declared.items() if name in expected}
        assert {name: value for name, value in common.items() if expected[name] != value} == {}
        assert len(common) >= 12
    used = set(re.findall(r"var\((--[a-z0-9-]+)\)", style))
    assert used - set(_declarations(light)) == set()
    assert set(_declarations(light)) - used - {"color-scheme"} == set()
