"""Children on plans: the list is sent in the chat, the days go by, and records open by themselves, each once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from procedures.plans import COLUMNS
from tests.commands.long_plans import PROCEDURE
from tests.journeys import whole
from tests.journeys.driver import Council, authority_with, running
from tests.journeys.person import Person
from tests.journeys.platforms import slack_s_own

FILE, TRIAL = "The list of plans, as a CSV file", "Only a trial?"
HEADINGS = ",".join(COLUMNS)
TOM, HANNAH = "tom.ellery@wexborough.example", "hannah.okafor@wexborough.example"
LIST = (
    f"{HEADINGS}\n"
    f"WX-201111,north-1,2025-09-01,2025-11-24;2026-05-18,{TOM},{HANNAH},on_plan\n"
    f"WX-202222,north-1,2026-03-02,,{TOM},{HANNAH},on_plan\n"
)


@pytest.fixture
def council(database_url: str, platform: str, tmp_path: Path) -> Iterator[Council]:
    """The council on Monday 23 November 2026, 09:10, with a procedure that opens records by itself."""
    authority = authority_with("bradford", "long.toml")
    (tmp_path / "authority.toml").write_text(authority, encoding="utf-8")
    (tmp_path / "long.toml").write_text(PROCEDURE, encoding="utf-8")
    with running(database_url, tmp_path, "Monday 2026-11-23 09:10", platform=platform) as started:
        yield started
        whole.check(started)


def sends(person: Person, content: str, name: str = "plans.csv", *, trial: bool = False) -> str:
    """Somebody sends a list in the form that is open; the words that take its place."""
    values = {FILE: [person.attaches(name, content.encode())]}
    return person.fills(values | ({TRIAL: "Only check it and show what it would change"} if trial else {}))


def test_a_list_is_sent_the_day_comes_and_the_record_opens_once(council: Council) -> None:
    council.nadia.types("/challenge plans")
    council.nadia.presses("Send the list of plans", "You may send the list of plans.")
    words = sends(council.nadia, LIST)
    assert "Plans: 2 new." in words
    assert "The list has been taken in." in words
    assert "WX-" not in words  # an administrator sees numbers

    listed = council.hannah.types("/challenge plans")
    assert "WX-201111 · Third review, or 15 months" in listed
    assert "Tuesday 1 December 2026, in 8 days: 15 months on the plan" in listed

    council.until("Tuesday 2026-12-01 08:59")
    assert not council.priya.about("WX-201111")
    council.until("Tuesday 2026-12-01 09:00")
    for person, first in (
        (council.hannah, "Third review, or 15 months: this opened by itself. You count as having raised it."),
        (council.priya, "please acknowledge the concerns"),
        (council.leo, "please acknowledge the concerns"),
        (council.tom, "This is for your information; others are asked to answer."),
    ):
        (message,) = [one for one in person.notices if "WX-201111" in one.text]
        assert first in message.text
        assert "15 months on the plan are reached on Tuesday 1 December 2026." in message.text
    assert "CH-1001 · WX-201111 · Third review, or 15 months" in council.hannah.types("/challenge plans")
    assert not council.aisha.about("WX-201111")  # another social worker of the same team

    council.restart("Wednesday 2026-12-02 10:00")
    council.live()
    council.nadia.types("/challenge plans import")
    sends(council.nadia, LIST)
    council.until("Friday 2026-12-04 16:00")
    assert len([one for one in council.tom.notices if "WX-201111" in one.text]) == 1

    council.priya.presses("Acknowledge the concerns", "WX-201111")
    assert council.hannah.has("CH-1001", "Priya Nair acknowledged the concerns")


def test_a_faulty_list_changes_nothing_and_can_be_mended_and_sent_again(council: Council) -> None:
    council.nadia.types("/challenge plans import")
    words = sends(council.nadia, LIST.replace("north-1,2025", "nrth-1,2025").replace("on_plan\nWX-202222", "on plan!\nTim"))  # fmt: skip
    assert "Nothing was changed. 3 things are wrong in the file:" in words
    assert 'Line 2, unit: unknown unit "nrth-1". Did you mean "north-1"?' in words
    assert "Never write a name." in words
    assert "Nothing comes up" in council.priya.types("/challenge plans")

    council.nadia.presses("Send it again", in_form=True)
    assert "this was a trial" in sends(council.nadia, LIST, trial=True)
    council.nadia.presses("Send the file", in_form=True)
    assert "The list has been taken in." in sends(council.nadia, LIST)
    council.redeliver()
    assert "WX-201111" in council.priya.types("/challenge plans")


@slack_s_own(
    "Slack's input for a file refuses what is missing or of a wrong type by itself; in Teams: test_dialogs.py"
)
def test_what_is_no_list_stays_in_the_form_with_the_reason(council: Council) -> None:
    council.nadia.types("/challenge plans import")
    form = council.nadia.the_form()
    assert council.nadia.tries({}) == {FILE: "Please complete this required field."}
    refused = council.nadia.attaches("plans.xlsx", b"PK")
    outcome = council.post("view/change", user=council.nadia.id, surface=form.surface, block_id="in:file", action_id="file", value=[refused])  # fmt: skip
    assert outcome["problem"] == "plans.xlsx has the wrong type. Possible: csv."
    large = {FILE: [council.nadia.attaches("plans.csv", b"x" * 3_000_000)]}
    assert council.nadia.tries(large) == {FILE: "The file has 3.0 MB; a list has 2 MB at most."}
    council.nadia.closes()


def test_who_may_not_send_the_list_is_told_who_can_and_each_sees_their_own(council: Council) -> None:
    assert "Only the administrator can send the list of plans here." in council.hannah.types("/challenge plans import")  # fmt: skip
    council.nadia.types("/challenge plans import")
    sends(council.nadia, LIST)
    council.nadia.closes()
    assert "WX-201111" in council.leo.types("/challenge plans")
    for person in (council.ben, council.owen, council.tom, council.nadia):
        assert "WX-" not in person.types("/challenge plans")


def test_a_list_that_comes_late_opens_at_once_and_says_how_late(council: Council) -> None:
    council.nadia.types("/challenge plans import")
    sends(council.nadia, LIST.replace("2025-09-01", "2025-08-03"))
    council.nadia.closes()
    council.until("Monday 2026-11-23 09:20")
    (message,) = council.priya.about("WX-201111")
    assert "15 months on the plan were reached on Tuesday 3 November 2026." in message.text
    assert "The record opens 14 working days late" in message.text
