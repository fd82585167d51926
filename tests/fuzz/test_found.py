"""What fuzzing has found, each mended and held by a test of its own."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bot import settings
from bot.slack import blocks, inputs, render
from bot.slack.shape import is_shaped
from commands.documents.template import TemplateFault, to_word
from procedures.authority import parse_authority
from procedures.dates import DateFormatError, parse_date
from procedures.faults import Fault, FaultyFile
from storage import backups
from storage.keys import KeyFile, WrongKeys
from storage.migrations import HEAD
from tests.fuzz.files import PAPER, in_file, word_file
from tests.fuzz.records import said_of_bundle
from tests.fuzz.records import targets as of_records
from tests.fuzz.requests import targets as of_requests
from tests.fuzz.target import Finding, Target, attempt, check_sentence
from tests.fuzz.teams import activity
from tests.fuzz.teams import targets as of_teams

DEEP = "[" * 100_000


def named(name: str) -> Target:
    """The parser of this name."""
    return next(each for each in (*of_requests(), *of_teams(), *of_records()) if each.name == name)


@pytest.mark.parametrize("carried", [DEEP, '{"command":"raise","context":[]}', "null", "9" * 5000])
def test_what_travels_with_a_form_may_be_anything(carried: str) -> None:
    assert render.filled({"private_metadata": carried}) is None
    assert blocks.pressed({"action_id": "press:show:1", "value": carried.replace("raise", "\\")}) is None


@pytest.mark.parametrize("state", [{"b": []}, {"b": {"i": []}}, {"b": "x"}])
def test_a_state_of_another_shape_holds_nothing(state: dict[str, Any]) -> None:
    view = {"private_metadata": '{"command":"raise","context":{}}', "state": {"values": state}}
    form = render.filled(view)
    assert form is not None
    assert form.values == {}
    assert render.inputs_on({"blocks": ["x", {"type": "input"}, {"type": "input", "element": []}]}) == []


def test_a_choice_without_a_value_and_one_with_a_nul() -> None:
    assert inputs.value_of({"type": "radio_buttons", "selected_option": {"text": "Yes"}}) == ""
    assert inputs.value_of({"type": "radio_buttons", "selected_option": {"value": "y\0es\ud800"}}) == "yes?"
    assert inputs.value_of({"type": "file_input", "files": ["plans.csv"]}) is None


@pytest.mark.parametrize(
    "body",
    [
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [{"action_id": 5}]},
        {"type": "block_actions", "actions": None},
        {"type": "view_submission", "view": []},
        {"type": "view_submission", "view": {"id": "V1", "state": {"values": []}}},
        {"type": "event_callback", "event": "app_home_opened"},
        {"type": "block_actions", "actions": [{"action_id": "x"}], "user": "U1"},
    ],
)
def test_a_signed_request_of_another_shape_is_refused(body: dict[str, Any]) -> None:
    assert not is_shaped(body)
    attempt(named("interaction payload"), json.dumps(body).encode())


def test_pages_without_an_end_are_not_followed() -> None:
    page = {"ok": True, "team_id": "T01", "channel": {"id": "D1"}, "messages": [], "members": ["x"]}
    attempt(
        named("answers of the Web API"),
        b"200 application/json \n"
        + json.dumps(page | {"response_metadata": {"next_cursor": "again"}}).encode(),
    )


def test_slacks_word_for_a_refusal_is_a_word() -> None:
    for word in ("A" * 5000, "\u202e", "a b"):
        answer = json.dumps({"ok": False, "error": word}).encode()
        attempt(named("answers of the Web API"), b"200 application/json \n" + answer)


def test_nothing_of_a_file_takes_over_the_terminal() -> None:
    fault = Fault(
        "people.csv", 3, "email", "\x1b[2J\u202e\tx", 'unknown role "\x1b[2J' + "A" * 9000 + '"', ""
    )
    check_sentence(str(fault))
    check_sentence(fault.shown())
    with pytest.raises(DateFormatError) as refused:
        parse_date("\x1b[2J" + "9" * 9000)
    check_sentence(str(refused.value))


def test_a_key_with_very_many_dots_is_refused_at_once() -> None:
    for text in ("a." * 100_000 + "a = 1", "[" + '"a" . ' * 100_000 + "a]", "x = 1\n" * 300_000):
        with pytest.raises(FaultyFile) as refused:
            parse_authority(text)
        check_sentence(str(refused.value))


def test_settings_that_no_terminal_and_no_disk_can_take(tmp_path: Path) -> None:
    for name, value in (
        ("CHALLENGE_\udcff", "x"),
        ("CHALLENGE_AUTHORITY", "\udcff"),
        ("CHALLENGE_PO" + "A" * 5000, "1"),
    ):
        try:
            read = settings.load({name: value})
        except settings.WrongSettings as wrong:
            check_sentence(str(wrong))
        else:
            check_sentence("\n".join(settings.missing_for_serving(read)))
    read = settings.load(
        {"CHALLENGE_AUTHORITY": "a" * 5000, "CHALLENGE_DATABASE_URL": f"sqlite:///{'b' * 5000}/c"}
    )
    check_sentence("\n".join(settings.missing_for_serving(read)))


@pytest.mark.parametrize(
    "text",
    ["key = " + DEEP, "key = " + "9" * 5000, '[[key]]\nid="0123abcd"\nmade=2026-01-01T00:00:00Z\nsecret="é"'],
)
def test_a_damaged_key_file(text: str) -> None:
    with pytest.raises(WrongKeys, match="is damaged"):
        KeyFile(in_file(text.encode(), "damaged.toml")).read()


def test_a_key_of_a_kind_that_nobody_knows() -> None:
    target = named("signing keys (PEM)")
    damaged = target.corpus[1].replace(b"MCowBQYDK2Vw", b"MCowBQYDK2V1")
    assert damaged != target.corpus[1]
    assert not attempt(target, damaged)


def test_a_word_file_that_unpacks_to_very_much_is_refused() -> None:
    packed = io.BytesIO(word_file("{{ reference }}"))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/bomb.bin", b"\0" * 60_000_000)
    with pytest.raises(TemplateFault, match="unpacks to more than 50 MB"):
        to_word(PAPER, in_file(packed.getvalue(), "bomb.docx"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"made_at":"', b'"made_at":5,"was":"'),
        (b'"audit":[', b'"audit":[null,'),
        (b'"counters":{', b'"counters":[],"were":{'),
        (b"@barsetshire.example", b"@\\ud800"),
        (b"U01BENMA01", b"U01LEOFI01"),
        (b'["', b'[["'),
    ],
)
def test_a_sealed_backup_of_another_shape_is_refused(before: bytes, after: bytes) -> None:
    target = named("backup, sealed anew")
    damaged = target.corpus[0].replace(before, after)
    assert damaged != target.corpus[0]
    assert not attempt(target, damaged)


def test_a_backup_of_a_revision_that_no_terminal_should_be_sent() -> None:
    target = named("backup, sealed anew")
    damaged = target.corpus[0].replace(f'"{HEAD}"'.encode(), b'"\\u202e\\u001b[2J' + b"x" * 5000 + b'"')
    assert damaged != target.corpus[0]
    assert not attempt(target, damaged)


def test_a_backup_with_a_line_without_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "LONGEST_LINE", 1000)
    assert not attempt(named("backup, sealed anew"), b"[" + b"0," * 1000 + b"0]")


def test_a_bundle_says_nothing_that_cannot_be_shown() -> None:
    target = named("evidence bundle")
    for before, after in (
        (b'"authority": "', b'"authority": "\\u001b[2J'),
        (b'"at": "', b'"at": 5, "was": "'),
        (b'"kind": "audit-head', b'"kind": "\\u001b[2J' + b"x" * 5000),
    ):
        damaged = target.corpus[0].replace(before, after)
        assert damaged != target.corpus[0]
        attempt(target, damaged)
    assert said_of_bundle(target.corpus[0]).startswith("PROVEN")


def test_an_activity_of_teams_holds_what_no_database_can_carry() -> None:
    parser, odd = named("Teams: activities"), "\ud800"
    extension = {"commandId": "raise", "commandContext": "compose"}
    consent = {"action": "accept", "context": {"file": odd}, "uploadInfo": {"uploadUrl": odd}}
    for name, value in (("composeExtension/fetchTask", extension), ("fileConsent/invoke", consent)):
        attempt(parser, json.dumps(activity(type="invoke", name=name, id=f"1:{odd}", value=value)).encode())


@pytest.mark.parametrize("body", [DEEP, '{"id": ""}'])
def test_an_answer_of_teams_that_is_none(body: str) -> None:
    for status in (200, 403):
        attempt(named("answers of Teams"), f"{status}\n{body}".encode())


def test_the_law_itself_finds_something() -> None:
    for words in ("", "\x1b[2J", "x" * 5000, "Traceback (most recent call last)"):
        with pytest.raises(Finding):
            check_sentence(words)
