"""The promise that README prints: the very words, and for each part of it the tests that hold it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT

FAULTS, SERVER, E2E = "tests/faults", "tests/server", "tests/e2e"
PROMISE: dict[str, tuple[str, ...]] = {
    "An acknowledged message is on disk,": (
        f"{FAULTS}/test_disk.py:test_every_commit_waits_for_the_disk_and_is_shared",
        f"{FAULTS}/test_databases.py:test_a_full_disk_is_a_clear_error_and_heals",
        f"{FAULTS}/test_databases.py:test_a_locked_database_is_a_clear_error_and_heals",
        f"{FAULTS}/test_stop.py:test_it_finishes_what_it_has_acknowledged",
    ),
    "appears exactly once,": (
        f"{FAULTS}/test_readers.py:test_two_tabs_show_the_same",
        f"{FAULTS}/test_kill.py:test_the_official_client_sees_the_same",
        f"{E2E}/test_outages.py:test_messages_on_their_way_when_the_server_is_killed_arrive_exactly_once",
        f"{E2E}/test_outages.py:test_a_message_whose_acknowledgement_is_lost_is_no_double",
    ),
    "in one order that everybody sees,": (
        f"{FAULTS}/test_clock.py:test_the_clock_may_jump",
        f"{FAULTS}/test_readers.py:test_a_slow_reader_is_let_go_and_catches_up",
        f"{SERVER}/test_two_processes.py:test_people_of_both_servers_see_one_conversation",
    ),
    "after any crash of the server,": (
        f"{FAULTS}/test_kill.py:test_nothing_is_lost",
        f"{FAULTS}/test_readers.py:test_everybody_comes_back_at_once",
    ),
    "Redis": (f"{FAULTS}/test_redis.py:test_each_chats_on_and_both_show_the_same",),
    "or the database process.": (f"{FAULTS}/test_databases.py:test_postgresql_may_be_killed_and_come_back",),
    "A message that is not acknowledged is shown as unsent,": (
        f"{E2E}/test_outages.py:test_offline_is_shown_and_what_was_written_goes_out_once",
        f"{E2E}/test_outages.py:test_unsent_words_survive_a_reload",
    ),
    "or is sent once later.": (
        f"{E2E}/test_outages.py:test_a_message_written_while_the_server_is_gone_is_unsent_and_sent_once_later",
        f"{E2E}/test_console.py:test_a_reply_written_while_the_agent_is_offline_goes_out_once",
    ),
    "Nobody sees a conversation that is not theirs.": (
        f"{SERVER}/test_ownership.py:test_what_is_said_reaches_nobody_else",
        f"{SERVER}/test_ended_sessions.py:test_whatever_ends_it_ends_the_sockets",
    ),
}


def test_the_promise_is_printed_word_for_word():
    quoted = re.findall(r"^> (.*)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert " ".join(quoted) == " ".join(PROMISE)


@pytest.mark.parametrize("part", PROMISE)
def test_each_part_of_it_is_held_by_tests_that_are_there(part: str):
    for named in PROMISE[part]:
        path, _, test = named.partition(":")
        tree = ast.parse((ROOT / Path(path)).read_text(encoding="utf-8"))
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        assert test in {node.name for node in tree.body if isinstance(node, functions)}, named
