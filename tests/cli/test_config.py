"""`parley config`: a file goes in, comes out the same, and names every fault; nothing is written half."""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.services.hours_reading import BACKWARDS
from tests.cli.conftest import Run
from tests.house.tree import ROOT
from tests.people import Agent
from tests.shop import STAFF, Shop, within

WRITTEN = """
hours: &shop
  time_zone: Europe/Madrid
  week:
    mon: [[09:00, 14:00], [16:00, 19:00]]
    sun: [[10:00, 24:00]]
  holidays:
    - {date: 2026-12-25, name: "Navidad: cerrado"}
teams:
  - name: Refunds
    topics: [refunds]
    hours: *shop
  - name: Ordres
canned_replies:
  - {shortcut: hello, language: fr, text: "Bonjour, ici {agent}.\\nC'est la commande {order} ?"}
people:
  - {email: amir@shop.example, capacity: 3, teams: [refunds, Ordres], languages: [fr, en]}
  - {email: BETH@shop.example, teams: [Refunds]}
reports:
  - {every: week, recipients: [Zoe@shop.example, amir@shop.example], language: fr, time_zone: Europe/Paris}
  - {every: month, recipients: [zoe@shop.example], language: en, time_zone: UTC}
"""


def yaml_of(document: Any) -> str:
    written = io.StringIO()
    YAML(typ="safe", pure=True).dump(document, written)
    return written.getvalue()


@pytest.fixture
def config(parley: Run, shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Give a function that runs `parley config` on the shop's database, with a file of this content."""
    del capsys

    def run(command: str, content: str | bytes | None = None, *more: str) -> Any:
        file = tmp_path / "configuration.yaml"
        if content is not None:
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        settings = {"database_url": shop.settings.database_url, "kb": shop.settings.kb}
        return parley("config", command, file, *more, **settings)

    return run


def read(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


async def test_round_trip(config: Any, shop: Shop, tmp_path: Path):
    first = await asyncio.to_thread(config, "import", WRITTEN)
    assert (first.code, first.out) == (0, "Changed: hours, teams, canned_replies, people, reports.\n"), first.err
    version = shop.value("SELECT value FROM configuration WHERE name = 'version'")
    exported = await asyncio.to_thread(config, "export")
    assert exported.code == 0
    document = read(tmp_path / "configuration.yaml")
    for again in (WRITTEN, (tmp_path / "configuration.yaml").read_text(encoding="utf-8")):
        result = await asyncio.to_thread(config, "import", again)
        assert (result.code, result.out) == (0, "Nothing to change.\n"), result.err
    assert shop.value("SELECT value FROM configuration WHERE name = 'version'") == version
    amir = next(person for person in document["people"] if person["email"] == "amir@shop.example")
    assert amir == {
        "email": "amir@shop.example", "languages": ["fr", "en"], "capacity": 3, "teams": ["Ordres", "Refunds"],
        "disabled": False, "rights": [],
    }  # fmt: skip
    assert len(document["people"]) == len(STAFF)
    assert document["canned_replies"][0]["text"] == "Bonjour, ici {agent}.\nC'est la commande {order} ?"
    assert document["reports"][0]["recipients"] == ["zoe@shop.example", "amir@shop.example"]
    assert document["hours"]["week"]["sun"] == [["10:00", "24:00"]]
    # Into another database, where nothing is set up yet, it is the same again.
    wiped = await asyncio.to_thread(config, "import", "{hours: null, teams: [], canned_replies: [], reports: []}")
    assert wiped.out == "Changed: hours, teams, canned_replies, people, reports.\n"
    back = await asyncio.to_thread(config, "import", yaml_of(document))
    assert back.code == 0
    await asyncio.to_thread(config, "export")
    assert read(tmp_path / "configuration.yaml") == document


FAULTY = """
hours: {time_zone: Madrid, week: {mon: [[19:00, 09:00]]}}
teams: [{name: Refunds, topics: [moon]}]
canned_replies: [{shortcut: hi, language: de, text: "{shopper}"}]
people: [{email: nobody@shop.example}, {email: amir@shop.example, capacity: many}]
reports:
  - {every: day, recipients: ["zoe@x.ex, eve@x.ex"], language: de, time_zone: Madrid}
  - {every: week, recipients: []}
version: 3
"""


@pytest.mark.parametrize(("option", "code"), [((), 2), (("--check",), 1)])
def test_every_fault_is_listed_with_its_path_and_nothing_changes(
    config: Any, shop: Shop, option: tuple[str, ...], code: int
):
    before = [tuple(row) for row in shop.rows("SELECT * FROM configuration")]
    result = config("import", FAULTY, *option)
    assert (result.code, result.out) == (code, "")
    assert result.err.splitlines() == [
        "Nothing was changed:",
        "  version: There is no such field here. There are: hours, teams, canned_replies, people, reports.",
        "  hours.time_zone: Expected a time zone such as Europe/Madrid, got Madrid.",
        f"  hours.week.mon.0: {BACKWARDS}",
        "  teams.0.topics.0: The help center has no topic moon.",
        "  canned_replies.0.language: The help center does not speak de. It speaks: en, es, fr.",
        "  canned_replies.0.text: Nothing can fill {shopper}. There are: {agent}, {order}, {ticket}, {page}, {topic}.",
        "  people.0.email: Nobody here has the address nobody@shop.example.",
        "  people.1.capacity: Expected a whole number from 1 to 100.",
        "  reports.0.every: Expected one of week, month, got day.",
        "  reports.0.recipients.0: Expected an e-mail address such as zoe@shop.example, got zoe@x.ex, eve@x.ex.",
        "  reports.0.language: Reports are written in en, es, fr, got de.",
        "  reports.0.time_zone: Expected a time zone such as Europe/Madrid, got Madrid.",
        "  reports.1.language: This is missing.",
        "  reports.1.time_zone: This is missing.",
    ]
    assert [tuple(row) for row in shop.rows("SELECT * FROM configuration")] == before


def test_check_says_what_would_change_and_changes_nothing(config: Any, shop: Shop):
    result = config("import", WRITTEN, "--check")
    assert (result.code, result.out) == (0, "Would change: hours, teams, canned_replies, people, reports.\n")
    assert shop.rows("SELECT * FROM teams") == []
    assert shop.value("SELECT value FROM configuration WHERE name = 'version'") == '{"number":1}'


@pytest.mark.parametrize(
    ("content", "about"),
    [
        ("hours: [", "configuration.yaml:1"),
        ("hours: null\nhours: null\n", "bad YAML"),
        ("a: !!python/object/apply:os.system [ls]", "bad YAML"),
        ("--- 1\n--- 2\n", "bad YAML"),
        (b"\xff\xfe\x00", "not UTF-8"),
        ("[" * 5000, "larger or deeper"),
        ("- hours", "Expected fields"),
        ("hours", "Expected fields"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_configuration_is_refused_in_a_sentence(config: Any, content: str | bytes, about: str):
    result = config("import", content)
    assert result.code == 2
    assert about in result.err
    assert len(result.err.splitlines()) == 2


def test_an_empty_file_changes_nothing(config: Any):
    assert config("import", "# nothing yet\n").out == "Nothing to change.\n"


def test_missing_file_is_named(parley: Run, shop: Shop):
    result = parley("config", "import", "nowhere.yaml", database_url=shop.settings.database_url, kb=shop.settings.kb)
    assert (result.code, "nowhere.yaml" in result.err) == (2, True)


def test_terminal_and_standard_input_are_files_too(parley: Run, shop: Shop, monkeypatch: pytest.MonkeyPatch):
    settings = {"database_url": shop.settings.database_url, "kb": shop.settings.kb}
    told = parley("config", "export", "-", **settings).out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(told.encode())))
    assert parley("config", "import", "-", **settings).out == "Nothing to change.\n"


async def test_what_one_person_was_given_is_carried(config: Any, shop: Shop, tmp_path: Path):
    zoe = "people: [{email: zoe@shop.example, rights: [%s]}]"
    for written, stored in (("personal_data:read", '["personal_data:read"]'), ("", "[]")):
        result = await asyncio.to_thread(config, "import", zoe % f"'{written}'" if written else zoe % "")
        assert (result.code, result.out) == (0, "Changed: people.\n"), result.err
        assert shop.value("SELECT granted FROM agents WHERE name = 'Zoe'") == stored
        await asyncio.to_thread(config, "export")
        document = read(tmp_path / "configuration.yaml")
        (carried,) = (one["rights"] for one in document["people"] if one["email"] == "zoe@shop.example")
        assert carried == ([written] if written else [])
    nothing = await asyncio.to_thread(config, "import", zoe % "[reports], {a: b}")
    assert (nothing.code, nothing.err.count("can be given")) == (2, 2)
    refused = await asyncio.to_thread(config, "import", "people: [{email: ada@shop.example, rights: [people]}]")
    assert (refused.code, "Nobody of this role can be given people." in refused.err) == (2, True)


async def test_a_running_server_tells_its_consoles(config: Any, amir: Agent):
    assert (await asyncio.to_thread(config, "import", "hours: {time_zone: UTC, week: {}}")).code == 0
    told = await within(10, lambda: amir.heard_of("configuration_changed"))
    assert told == [{"version": 2}]


def test_the_example_in_the_readme_can_be_imported(config: Any):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n", 1)[1].split("```", 1)[0]
    assert example.startswith("hours:")
    result = config("import", example, "--check")
    assert (result.code, result.out) == (0, "Would change: hours, teams, canned_replies, people, reports.\n"), (
        result.err
    )
