"""The report of activity: what happened in the period is counted, once, in the right teams; no case can be told from it."""

from __future__ import annotations

from datetime import date

from commands.documents.activity import activity
from commands.documents.paper import Paper, Table
from commands.vocabulary import Facts
from tests.commands.conftest import CONCERN, Council
from tests.commands.documents.conftest import Sent, desk_of
from tests.journeys.papers import headings, read

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def counted(council: Council, days: tuple[date, date] = NOVEMBER, units: set[str] | None = None) -> Paper:
    """The yearly report for these days."""
    with desk_of(council, "hannah") as desk:
        procedure = desk.office.library.in_use[0]
        return activity(desk, procedure, procedure.report[0], days, units, "en")


def rows(paper: Paper, heading: str) -> dict[str, tuple[int, ...]]:
    """A figure's numbers by what they count; rows of nothing but noughts are left out."""
    (block,) = next(each.blocks for each in paper.sections if each.heading == heading)
    if isinstance(block, Facts):
        return {fact.label: (int(fact.value),) for fact in block.items}
    assert isinstance(block, Table)
    found = {}
    for row in block.rows:
        numbers = tuple(int(cell) for cell in row if cell.isdigit())
        if any(numbers):
            found[" / ".join(cell for cell in row if not cell.isdigit())] = numbers
    return found


def who(council: Council, role: str) -> str:
    """The first name of whoever holds a role."""
    return next(row for row in council.rows if row.role == role).name.split()[0].lower()


def test_a_month_in_numbers(council: Council) -> None:
    first = council.raises()
    second = council.raises(case_reference="LCS-100002")
    third = council.raises(case_reference="LCS-100003", unit="west-1")
    council.presses("priya", "acknowledge", challenge=first, at_once="yes")
    council.presses("priya", "confirm", challenge=first, at_once="yes")
    council.does("hannah", "resolve", first, outcome="Agreed.")
    council.does("hannah", "withdraw", second, reason="Raised twice.")
    council.wait(days=8)
    council.does("hannah", "escalate", third, immediate_risk="no", outline="No answer.", stage="stage-2")

    paper = counted(council)
    assert rows(paper, "Raised") == {"All together": (3,)}
    assert rows(paper, "Stages opened") == {"CP Challenge Stage 1": (3,)}
    assert rows(paper, "Ended") == {"Resolved": (1,), "Withdrawn": (1,)}
    # In time, late, not answered, ended before it was due.
    assert rows(paper, "Answers that were due") == {"CP Challenge Stage 1": (1, 0, 1, 1)}

    december = counted(council, (date(2026, 12, 1), date(2026, 12, 31)))
    assert rows(december, "Raised") == {"All together": (0,)}
    assert rows(december, "Stages opened") == {"CP Challenge Stage 2": (1,)}


def test_meetings_and_their_outcomes(council: Council) -> None:
    reference = council.raises()
    council.presses("priya", "acknowledge", challenge=reference, at_once="yes")
    council.does(
        "hannah", "escalate", reference, immediate_risk="no", outline="Not resolved.", stage="stage-2"
    )
    for day, choice in (("2026-11-24", "not_held"), ("2026-11-25", "unresolved")):
        manager = who(council, "children_service_manager")
        council.does(manager, "schedule", reference, day=day, at="10:00", decision="confirm")
        council.wait(days=1)
        council.does("hannah", "outcome", reference, choice=choice, held_on=day, summary="Views differ.")
    paper = counted(council)
    assert rows(paper, "Meetings held") == {"CP Challenge Stage 2": (1,)}
    assert rows(paper, "Outcomes of meetings and discussions") == {
        "CP Challenge Stage 2 / No resolution was reached": (1,)
    }


def test_only_the_teams_of_its_reader_are_counted(council: Council, sent: Sent) -> None:
    council.raises()
    council.raises(case_reference="LCS-100003", unit="west-1")
    assert rows(counted(council, units={"west-1"}), "Raised") == {"All together": (1,)}
    head = next(row for row in council.rows if row.role == "head_of_service")
    period = {"first": "2026-11-01", "last": "2026-11-30"}
    file = sent(head.name.split()[0].lower(), "bradford", "yearly", **period).file
    assert file is not None
    assert file.name == "yearly-2026-11-01-to-2026-11-30.docx"
    words = read(file.content)
    assert "All together:\t1" in words
    assert f"Teams:\t{council.office.authority.unit_name(head.unit)}" in words


def test_a_leadership_team_can_read_it_and_no_case_is_in_it(council: Council, sent: Sent) -> None:
    reference = council.raises()
    leader = who(council, "deputy_director")
    file = sent(leader, "bradford", "yearly", first="2026-11-01", last="2026-11-30").file
    assert file is not None
    assert headings(file.content) == [
        "Challenges in the year",
        "Raised",
        "Stages opened",
        "Meetings held",
        "Outcomes of meetings and discussions",
        "Answers that were due",
        "Ended",
    ]
    words = "\n".join(read(file.content))
    assert "Period:\tSunday 1 November 2026 to Monday 30 November 2026" in words
    assert "CP Challenge Stage 3 | 0" in words, "What did not happen is said, too."
    for secret in (reference, "LCS-204815", CONCERN, "Hannah", "Priya"):
        assert secret not in words
