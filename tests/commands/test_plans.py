"""Children on plans in the chat: each sees their own, and the list is sent by those who may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from commands.reception import Reception
from commands.vocabulary import Ask, Filled, Identity, Kind, Press, Reply, Upload, Value
from procedures.authority import parse_authority, template
from procedures.plans import COLUMNS
from storage import audit
from storage.database import Database
from tests.commands.conftest import said
from tests.commands.long_plans import HANNAH, MONDAY, PRIYA, TOM, LongPlans, plan

SEPTEMBER = date(2025, 9, 1)
LIST = (
    f"{','.join(COLUMNS)}\n"
    f"LCS-204815,east-1,2025-09-01,,{TOM},{HANNAH},on_plan\n"
    f"LCS-204816,east-1,2025-08-03,,{TOM},{HANNAH},on_plan\n"
)
IDS = {"hannah": "U01HANNAH1", "priya": "U01PRIYA01", "tom": "U01TOM0001", "nadia": "U01NADIA01"}


class Desk(LongPlans):
    """The council with its front desk."""

    requests = 0

    def _key(self) -> str:
        self.requests += 1
        return f"request {self.requests}"

    def types(self, name: str, text: str) -> str:
        """Somebody types /challenge and these words; what they read."""
        return said(Reception(self.office).typed(Identity("slack", IDS[name]), text, self._key()))

    def opens_form(self, name: str) -> Reply:
        """Somebody presses the button to send a list."""
        press = Press("plans", {"import": "yes"})
        return Reception(self.office).pressed(Identity("slack", IDS[name]), press, self._key())

    def sends(self, name: str, content: str | bytes, file: str = "plans.csv", *, trial: bool = False, key: str = "", problem: str = "") -> str:  # fmt: skip
        """Somebody sends the form with a file; what they read."""
        upload = Upload(file, content.encode() if isinstance(content, str) else content, problem)
        values: dict[str, Value] = {"file": file, "trial": ("yes",) if trial else ()}
        filled = Filled("plans", {}, values, {"file": upload})
        return said(
            Reception(self.office).submitted(Identity("slack", IDS[name]), filled, key or self._key())
        )


@pytest.fixture
def council(tmp_path: Path) -> Iterator[Desk]:
    database = Database(f"sqlite:///{tmp_path / 'challenge.db'}")
    yield Desk(database)
    database.dispose()


# --- who sees what ---------------------------------------------------------------------------------------------------------


def test_a_coordinator_sees_who_comes_up_when_and_why(council: Desk) -> None:
    council.take_in(plan(SEPTEMBER), plan(date(2026, 3, 2), reference="LCS-204816"))
    assert council.types("hannah", "plans") == (
        "Children on plans\n"
        "1 comes up in the next 60 days, the earliest first.\n"
        "LCS-204815 · Third review, or 15 months\n"
        "Tuesday 1 December 2026, in 8 days: 15 months on the plan, which began on Monday 1 September 2025; East safeguarding team 1"
    )
    assert "LCS-204816" in council.types("hannah", "plans 200")


def test_a_weekend_says_on_which_day_it_opens(council: Desk) -> None:
    council.take_in(plan(date(2025, 9, 5)))
    assert "Saturday 5 December 2026, opens on Mon 7 Dec, in 14 days: 15 months" in council.types(
        "hannah", "plans"
    )


def test_what_has_opened_is_shown_with_its_reference(council: Desk) -> None:
    council.take_in(plan(date(2025, 8, 3)))
    council.day(MONDAY, 10)
    words = council.types("hannah", "plans")
    assert "Nothing comes up in the next 60 days." in words
    assert (
        "Opened in the last 60 days\n"
        "CH-1001 · LCS-204815 · Third review, or 15 months\n"
        "Tuesday 3 November 2026, opened on Mon 23 Nov: 15 months on the plan; East safeguarding team 1\n"
        "[Open]"
    ) in words


def test_what_waits_for_a_coordinator_says_so(council: Desk) -> None:
    council.take_in(plan(date(2025, 8, 3), coordinator=None))
    council.day(MONDAY, 10)
    assert "Tuesday 3 November 2026, waits to be opened" in council.types("priya", "plans")


def test_a_manager_sees_their_teams_and_a_colleague_without_plans_none(council: Desk) -> None:
    council.take_in(plan(SEPTEMBER, coordinator=PRIYA))
    assert "LCS-204815" in council.types("priya", "plans")
    for name in ("hannah", "tom"):
        words = council.types(name, "plans")
        assert "LCS" not in words
        assert "at present there are none" in words


def test_an_administrator_may_send_the_list_and_sees_no_case(council: Desk) -> None:
    council.take_in(plan(SEPTEMBER))
    assert council.types("nadia", "plans") == (
        "Children on plans\nYou may send the list of plans. Its children are shown to those who work with them.\n[Send the list of plans]"
    )


def test_the_number_of_days_is_checked(council: Desk) -> None:
    for words in ("plans soon", "plans 0", "plans 401"):
        assert "is not a number of days from 1 to 400" in council.types("hannah", words)


def test_reading_the_list_is_noted(council: Desk) -> None:
    council.take_in(plan(SEPTEMBER))
    council.types("hannah", "plans")
    with council.office.database.read() as session:
        assert audit.head(session).number == 1


# --- sending the list --------------------------------------------------------------------------------------------------------


def test_the_form_asks_for_a_csv_file(council: Desk) -> None:
    reply = council.opens_form("nadia")
    assert isinstance(reply, Ask)
    file, trial = reply.form.inputs
    assert (file.kind, file.endings, trial.kind, trial.required) == (Kind.FILE, ("csv",), Kind.TICKS, False)


def test_a_list_that_was_sent_is_there_and_opens_what_is_due(council: Desk) -> None:
    words = council.sends("nadia", LIST)
    assert words == (
        "The list of plans\nPlans: 2 new.\n1 record opens by itself in the next office hours: Third review, or 15 months 1.\nThe list has been taken in."
    )
    assert council.day(MONDAY, 10) == 1
    assert "LCS-204815" in council.types("hannah", "plans")


def test_a_trial_changes_nothing_and_the_file_can_be_sent_afterwards(council: Desk) -> None:
    words = council.sends("nadia", LIST, trial=True, key="form:1")
    assert "1 record would open by itself" in words
    assert "this was a trial" in words
    assert "[Send the file]" in words
    assert "Plans: 2 new." in council.sends("nadia", LIST, key="form:1")


def test_the_same_form_again_is_taken_in_once(council: Desk) -> None:
    council.sends("nadia", LIST, key="form:1")
    assert "Nothing was done twice" in council.sends("nadia", LIST, key="form:1")


def test_every_fault_is_told_by_its_line_and_nothing_is_changed(council: Desk) -> None:
    words = council.sends(
        "nadia", LIST.replace("east-1,2025-09", "est-1,2025-09").replace("LCS-204816", "Tim")
    )
    assert words == (
        "Nothing was changed\n"
        "Nothing was changed. 2 things are wrong in the file:\n"
        'Line 2, unit: unknown unit "est-1". Did you mean "east-1"?\n'
        'Line 3, case_reference: "Tim" is not a case reference. A case reference looks like LCS-204815. Never write a name.\n'
        "[Send it again]"
    )
    assert "Plans: 2 new." in council.sends("nadia", LIST)


def test_of_many_faults_the_first_are_told(council: Desk) -> None:
    rows = "".join(f"LCS-{n},east-1,2025-09-01,,,,over\n" for n in range(204000, 204020))
    words = council.sends("nadia", LIST.splitlines()[0] + "\n" + rows)
    assert "20 things are wrong" in words
    assert "And 5 more, shown once these are mended." in words


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("plans.xlsx", "PK", "file: “plans.xlsx” is not a CSV file. In the spreadsheet choose “Save as”, then “CSV UTF-8 (comma delimited)”, and send that."),
        ("plans.csv", "x" * 2_100_000, "file: The file has 2.1 MB; a list has 2 MB at most."),
        ("", "", "file: Choose a file."),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_at_the_file(
    council: Desk, file: str, content: str, sentence: str
) -> None:
    assert council.sends("nadia", content, file) == sentence


def test_a_file_that_could_not_be_had_says_why(council: Desk) -> None:
    assert council.sends("nadia", "", problem="It is gone.") == "file: It is gone."


def test_whoever_oversees_sees_the_references_and_others_do_not(council: Desk) -> None:
    text = template().replace('by = ["administrator"]', 'by = ["administrator", "team_manager"]')
    council.office = replace(council.office, authority=parse_authority(text))
    assert "New: LCS-204815, LCS-204816" in council.sends("priya", LIST)
    assert "LCS" not in council.sends("nadia", LIST.replace("2025-08-03", "2025-08-10"))


def test_who_may_not_send_it_is_told_who_can(council: Desk) -> None:
    for words in (said(council.opens_form("hannah")), council.sends("hannah", LIST)):
        assert "Only the administrator can send the list of plans here." in words
