"""What is done about a private concern, who is reminded, and what the audit says of it (BR-13)."""

from __future__ import annotations

import pytest
from sqlmodel import select

from commands.vocabulary import Mistakes, Say
from storage import audit, concerns, outbox
from storage.tables import Audit
from tests.commands.conftest import Council, said
from tests.commands.private import CONCERN, TRIED, agrees, composed, does, raises, waiting
from tests.commands.test_access import let_in

# --- what is done about it ------------------------------------------------------------------------------------------------


def test_a_resolution_is_agreed_by_either_side_with_the_other(council: Council) -> None:
    raises(council)
    assert "Saved." in said(agrees(council, "miriam", "leo"))
    told = {(name, notice) for name, notice in waiting(council) if notice == "concern_agreed"}
    assert told == {(name, "concern_agreed") for name in ("tom", "priya", "leo")}
    again = said(agrees(council, "priya"))
    assert (
        "Miriam Stone recorded on Mon 23 Nov, 10:00 what was agreed with Leo Fisher. Nothing has changed."
        in again
    )
    assert "Only Tom Ellery can do this." in said(does(council, "priya", "further", unresolved="x"))


def test_it_is_agreed_with_those_listed_only(council: Council) -> None:
    raises(council)
    assert agrees(council, "priya", "gareth") == Mistakes({"with_": "Choose one of the people listed."})
    assert agrees(council, "priya", "leo") == Mistakes({"with_": "Choose one of the people listed."})


def test_who_raised_it_may_say_after_a_resolution_that_it_is_unresolved(council: Council) -> None:
    raises(council)
    agrees(council)
    assert "If it is still unresolved, you can take it to the children's service manager." in composed(
        council, "tom", "concern_agreed", entry=2
    )
    shown = said(council.types("tom", "concern-further PC-1"))
    assert "Gareth Lyle (children's service manager)" in shown
    assert "Saved." in said(does(council, "tom", "further", unresolved="He still decides alone."))
    lead = "A private concern of Tom Ellery about the practice of a child protection coordinator is unresolved, and comes to you."
    assert lead in composed(council, "gareth", "concern_then", entry=3)
    assert {name for name, notice in waiting(council) if notice == "concern_taken_further"} == {
        "priya",
        "leo",
        "miriam",
    }
    assert "Only Gareth Lyle can do this." in said(does(council, "priya", "outcome", outcome="x"))
    assert "PC-1 · private, closed" in said(does(council, "gareth", "outcome", outcome="A joint visit."))
    for step, words in (
        ("note", {"text": "x"}),
        ("outcome", {"outcome": "x"}),
        ("further", {"unresolved": "x"}),
    ):
        assert "Nothing has changed." in said(does(council, "gareth", step, **words)), step
    assert "A joint visit." in said(council.types("tom", "concern PC-1"))


def test_notes_are_read_by_all_who_read_it(council: Council) -> None:
    raises(council)
    assert "Saved." in said(does(council, "priya", "note", text="I have a date with Miriam."))
    assert "I have a date with Miriam." in composed(council, "tom", "concern_noted", entry=2)
    assert "Priya Nair added a note on Mon 23 Nov, 10:00." in composed(
        council, "leo", "concern_noted", entry=2
    )
    does(council, "tom", "note", text="Thank you.")
    shown = said(council.types("miriam", "concern PC-1"))
    assert shown.index("I have a date") < shown.index("Thank you.")


def test_every_button_that_somebody_sees_works_for_them(council: Council) -> None:
    raises(council)
    for name in ("tom", "priya", "miriam"):
        reply = council.types(name, "concern")
        assert isinstance(reply, Say)
        for part in reply.card.parts:
            for button in getattr(part, "items", ()):
                if hasattr(button, "command"):
                    assert let_in(council.presses(name, button.command, **dict(button.arguments))), button


def test_a_form_that_is_sent_twice_has_one_effect(council: Council) -> None:
    values = {"coordinator": council.row("ben").email, "concern": CONCERN, "tried": TRIED}
    context = dict(council.form("tom", "concern", None, **values).context)
    for _ in range(2):
        council.sends("tom", "concern", context, key="same", **values)
    for _ in range(2):
        council.sends("tom", "concern-note", {"concern": "PC-1"}, key="again", text="A note.")
    with council.office.database.read() as session:
        assert concerns.open_ids(session) == [1]
        found = concerns.load(session, 1)
        assert found is not None
        assert len(found.entries) == 2


# --- reminding --------------------------------------------------------------------------------------------------------------


def reminders(council: Council) -> dict[str, str]:
    """Who will be reminded, and when."""
    with council.office.database.read() as session:
        return {
            row.name.split()[0].lower(): f"{found[0].due_at:%Y-%m-%d %H:%M}"
            for row in council.rows
            if (found := outbox.waiting_for(session, row.email, ["concern_still"]))
        }


def test_all_with_a_part_are_reminded_once_after_five_working_days(council: Council) -> None:
    raises(council)
    due = "2026-11-30 09:00"
    assert reminders(council) == dict.fromkeys(("tom", "priya", "leo", "miriam"), due)
    does(council, "tom", "note", text="I wait.")
    assert set(reminders(council)) == {"tom", "priya", "leo", "miriam"}, "A note of one's own is no answer."
    words = "Nothing has been recorded on this private concern for 5 working days."
    assert words in composed(council, "priya", "concern_still", level=1)
    assert f"{words} You can take it to the children's service manager." in composed(
        council, "tom", "concern_still", level=1
    )


@pytest.mark.parametrize("step", ["note", "agree"])
def test_once_something_is_recorded_nobody_is_reminded(council: Council, step: str) -> None:
    raises(council)
    if step == "note":
        does(council, "leo", "note", text="We meet on Friday.")
    else:
        agrees(council)
    assert reminders(council) == {}
    assert composed(council, "priya", "concern_still", level=1) == ""
    assert "Nothing has been recorded" not in composed(
        council, "priya", "concern_still", level=1, redraw=True
    )


def test_the_service_manager_is_reminded_in_turn(council: Council) -> None:
    raises(council)
    council.wait(days=2)
    does(council, "tom", "further", unresolved="All of it.")
    assert reminders(council) == dict.fromkeys(("tom", "gareth"), "2026-12-02 09:00")
    assert composed(council, "priya", "concern_still", level=1) == ""
    does(council, "gareth", "outcome", outcome="Settled.")
    assert reminders(council) == {}


# --- the audit ---------------------------------------------------------------------------------------------------------------


def test_the_audit_names_what_was_done_and_none_of_the_words(council: Council) -> None:
    raises(council)
    agrees(council)
    council.types("tom", "concern PC-1")
    does(council, "tom", "further", unresolved="He still decides alone.")
    with council.office.database.read() as session:
        assert audit.verify(session) is None
        rows = session.exec(select(Audit).order_by("number")).all()
    assert [(row.action, row.subject) for row in rows] == [
        ("concern_raised", "PC-1"),
        ("concern_agreed", "PC-1"),
        ("concern_read", "PC-1"),
        ("concern_taken_further", "PC-1"),
    ]
    assert [row.body for row in rows] == [{"entry": 1}, {"entry": 2}, {}, {"entry": 3}]
