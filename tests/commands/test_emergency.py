"""Reading a record in an emergency: by whom, with a reason, never unseen; and never a private concern."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.access import app
from commands import notices
from commands.desk import Desk
from commands.leads import Notice
from commands.vocabulary import Say
from procedures.authority import parse_authority, template
from storage import audit, emergencies, people
from storage.statements import table
from storage.tables import Audit, Outbox
from tests.commands.conftest import CONCERN, Council, said

REASON = "Her brother was taken to hospital tonight."


def reads(council: Council, name: str, reference: str, reason: str = REASON) -> str:
    """Somebody sends the form."""
    return said(council.sends(name, "emergency-access", {"challenge": reference}, reason=reason))


def waiting(council: Council) -> dict[str, bool]:
    """Who will be told, and whether at once."""
    outbox = table(Outbox)
    with council.office.database.read() as session:
        rows = session.connection().execute(outbox.select().where(outbox.c.notice == "emergency_read"))
        return {row.email.split(".")[0]: row.urgent and row.send_after == council.clock.now() for row in rows}


def test_a_manager_reads_a_record_once_and_others_are_told_at_once(council: Council) -> None:
    reference = council.raises()
    council.wait(hours=10)  # at eight in the evening
    shown = said(council.types("gareth", f"emergency-access {reference}"))
    assert f"You have no part in {reference}. You can read it once now." in shown
    assert "Leo Fisher, Priya Nair and Hannah Okafor will be told at once" in shown
    assert CONCERN not in shown
    assert "LCS-204815" not in shown
    read = reads(council, "gareth", reference)
    assert CONCERN in read
    assert "[" not in read, "there is nothing to press"
    assert "Leo Fisher, Priya Nair and Hannah Okafor are told." in read
    assert waiting(council) == {"leo": True, "priya": True, "hannah": True}
    assert "not a challenge that you have a part in" in said(council.types("gareth", f"show {reference}"))


def test_who_is_told_reads_who_it_was_and_why_and_nothing_of_the_case(council: Council) -> None:
    reference = council.raises()
    reads(council, "gareth", reference)
    outbox = table(Outbox)
    with council.office.database.read() as session:
        for row in session.connection().execute(outbox.select().where(outbox.c.notice == "emergency_read")):
            person = people.person(session, row.email)
            assert person is not None
            names = {name: getattr(row, name) for name in Notice.__dataclass_fields__ if hasattr(row, name)}
            card = notices.compose(Desk(council.office, session, person), Notice(**names))
            assert card is not None
            words = said(card)
            assert f"Gareth Lyle has read {reference} in an emergency, on Mon 23 Nov, 10:00." in words
            assert f"The reason given: {REASON}" in words
            assert CONCERN not in words
            assert REASON not in card.preview


def test_the_reason_is_in_the_audit_and_is_counted(council: Council) -> None:
    reference = council.raises()
    reads(council, "gareth", reference)
    rows = table(Audit)
    with council.office.database.read() as session:
        (row,) = session.connection().execute(rows.select().where(rows.c.action == "emergency_read"))
        assert (row.actor, row.subject, row.body["reason"]) == (
            council.row("gareth").email,
            reference,
            REASON,
        )
        assert audit.verify(session) is None
        (found,) = emergencies.since(session, council.clock.now() - timedelta(days=1))
        assert (found.by, found.reason) == (council.row("gareth").email, REASON)
        assert emergencies.since(session, council.clock.now() + timedelta(days=1)) == []
    assert {command.name for command in app.registered_commands} == {"log"}


@pytest.mark.parametrize(
    ("name", "asked", "answer"),
    [
        ("nadia", "CH-1001", "Only these roles can read a record in an emergency, for their own teams: "),
        ("nadia", "CH-1001", ", children's service manager, CPC team manager, locality head of service, "),
        ("tom", "CH-1001", "Only these roles can read a record in an emergency, for their own teams: "),
        (
            "owen",
            "CH-1001",
            '"CH-1001" is not the reference of a challenge in a team for which you may do this.',
        ),
        (
            "owen",
            "CH-9999",
            '"CH-9999" is not the reference of a challenge in a team for which you may do this.',
        ),
        (
            "owen",
            "nonsense",
            '"nonsense" is not the reference of a challenge in a team for which you may do this.',
        ),
        ("priya", "CH-1001", "You have a part in CH-1001: /challenge show CH-1001 opens it."),
        ("gareth", "PC-1", "A private concern cannot be read in an emergency"),
        ("gareth", "", "Say which record: /challenge emergency-access and its reference"),
    ],
)
def test_nobody_else_may_and_nothing_is_said_of_what_there_is(
    council: Council, name: str, asked: str, answer: str
) -> None:
    council.raises()
    assert answer in said(council.types(name, f"emergency-access {asked}"))
    assert answer in said(
        council.presses(name, "emergency-access", **({"challenge": asked} if asked else {}))
    )
    if asked:
        assert answer in reads(council, name, asked)
    assert waiting(council) == {}


@pytest.mark.parametrize("reason", ["", "urgent", "I must know"])
def test_a_reason_of_a_few_words_is_asked_for(council: Council, reason: str) -> None:
    reference = council.raises()
    answer = reads(council, "gareth", reference, reason)
    assert "Please" in answer
    assert CONCERN not in answer
    assert waiting(council) == {}


def test_the_manager_above_is_told_when_the_nearest_is_the_reader(council: Council) -> None:
    reference = council.raises()
    reads(council, "gareth", reference)
    reads(council, "ruth", reference)
    assert set(waiting(council)) == {"leo", "priya", "hannah"}


def test_an_authority_says_who_may(council: Council) -> None:
    reference = council.raises()
    for by, may in (('["administrator"]', {"nadia"}), ('["head_of_service"]', {"ruth"}), ("[]", set())):
        changed = parse_authority(f"emergency = {{ by = {by} }}\n{template()}")
        object.__setattr__(council.office, "authority", changed)
        council.office.__dict__.pop("roles", None)
        able = {
            name
            for name in ("nadia", "ruth", "gareth", "imran")
            if "You can read it once now." in said(council.types(name, f"emergency-access {reference}"))
        }
        assert able == may
    assert "Here nobody may read a record in an emergency" in said(
        council.types("ruth", f"emergency-access {reference}")
    )


def test_sending_the_form_again_reads_nothing_again(council: Council) -> None:
    reference = council.raises()
    sent = {"challenge": reference}
    first = council.sends("gareth", "emergency-access", sent, key="once", reason=REASON)
    again = council.sends("gareth", "emergency-access", sent, key="once", reason=REASON)
    assert CONCERN in said(first)
    assert isinstance(again, Say)
    assert "This was saved when you sent it the first time." in said(again)
    with council.office.database.read() as session:
        assert len(emergencies.since(session, council.clock.now() - timedelta(days=1))) == 1
