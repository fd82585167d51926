"""Past whom a private concern is routed, and what happens when nobody is there to take it on (BR-13)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands import rounds
from procedures.people import PersonRow
from tests.commands.conftest import Council, said
from tests.commands.private import (
    NOT_YOURS,
    agrees,
    changed_people,
    composed,
    does,
    listed,
    raises,
    waiting,
    without,
)

# --- past whom it is routed --------------------------------------------------------------------------------------------


def also(council: Council, name: str, role: str, unit: str = "childrens-services") -> PersonRow:
    return replace(council.row(name), role=role, unit=unit)


def readers(council: Council, about: str) -> list[str]:
    """Who will read a concern about somebody, as the form says."""
    shown = said(council.form("tom", "concern", None, coordinator=council.row(about).email)).splitlines()
    first = shown.index("Who will read this") + 1
    return [line for line in shown[first:] if not line.startswith(("Nobody else", "<"))]


@pytest.mark.parametrize(
    ("more", "gone", "expected"),
    [
        # the coordinator is the CPC team manager: the service manager agrees in that place
        (
            [("ben", "cpc_team_manager", "childrens-services")],
            ["Miriam Stone"],
            [
                "Leo Fisher and Priya Nair (team manager), asked to agree a resolution",
                "Gareth Lyle (children's service manager), with whom it is agreed",
            ],
        ),
        # the coordinator manages the raiser's team, with nobody beside them: it begins with the service manager
        (
            [("ben", "team_manager", "east-1")],
            ["Leo Fisher", "Priya Nair"],
            ["Gareth Lyle (children's service manager), who records the outcome"],
        ),
        # one of several team managers is the coordinator
        (
            [("ben", "team_manager", "east-1")],
            [],
            [
                "Leo Fisher and Priya Nair (team manager), asked to agree a resolution",
                "Miriam Stone (CPC team manager), with whom it is agreed",
                "Only if it stays unresolved: Gareth Lyle (children's service manager)",
            ],
        ),
        # the raiser is a team manager as well; another holds the role further up
        (
            [("tom", "team_manager", "east-1"), ("joan", "team_manager", "east")],
            ["Leo Fisher", "Priya Nair"],
            [
                "Joan Hartley (team manager), asked to agree a resolution",
                "Miriam Stone (CPC team manager), with whom it is agreed",
                "Only if it stays unresolved: Gareth Lyle (children's service manager)",
            ],
        ),
        # the team manager and the CPC team manager are one person, who cannot agree with herself
        (
            [("miriam", "team_manager", "east-1")],
            ["Leo Fisher", "Priya Nair"],
            ["Gareth Lyle (children's service manager), who records the outcome"],
        ),
        # the service manager is the team manager too: fresh eyes further up
        (
            [("gareth", "team_manager", "east-1"), ("ruth", "children_service_manager", "childrens-services")],
            ["Leo Fisher", "Priya Nair"],
            [
                "Gareth Lyle (team manager), asked to agree a resolution",
                "Miriam Stone (CPC team manager), with whom it is agreed",
                "Only if it stays unresolved: Ruth Adeyemi (children's service manager)",
            ],
        ),
    ],
)  # fmt: skip
def test_it_is_routed_past_those_whom_it_concerns(
    council: Council, more: list[tuple[str, str, str]], gone: list[str], expected: list[str]
) -> None:
    kept = [row for row in council.rows if row.name not in gone]
    changed_people(council, [*kept, *(also(council, *each) for each in more)])
    assert readers(council, "ben") == expected
    raises(council)
    assert NOT_YOURS in said(council.types("ben", "concern PC-1"))
    assert ("ben", "concern_asked") not in waiting(council)


def test_a_part_that_nobody_holds_is_told_in_neutral_words_and_filled_by_itself(council: Council) -> None:
    changed_people(council, without(council, "team_manager", "children_service_manager"))
    raises(council)
    needs = "A private matter, PC-1, needs somebody for East safeguarding team 1 or above it in the role Children's service manager."
    assert any(sentence.startswith(needs) for sentence in listed(council))
    assert not any(name in sentence for sentence in listed(council) for name in ("Tom", "Ben", "practice"))
    assert "An administrator has been told that somebody is missing." in said(
        council.types("tom", "concern PC-1")
    )
    rounds.go(council.office)
    assert not [name for name, notice in waiting(council) if notice == "concern_then"]
    changed_people(council, without(council, "team_manager"))
    assert ("gareth", "concern_then") in waiting(council)
    assert "Please record its outcome." in composed(council, "gareth", "concern_then")
    assert listed(council) == [
        "Nobody holds the role Team manager for East safeguarding team 1 or above it. Add the person to people.csv and import it."
    ]


def test_when_all_who_were_asked_have_left_it_goes_to_who_is_there(council: Council) -> None:
    raises(council)
    rest = [row for row in council.rows if row.name not in ("Leo Fisher", "Priya Nair")]
    changed_people(council, [*rest, also(council, "joan", "team_manager", "east-1")])
    assert ("joan", "concern_asked") in waiting(council)
    assert "PC-1 · private" in said(council.types("joan", "concern PC-1"))
    agreed = agrees(council, "joan")
    assert "Saved." in said(agreed)


def test_when_nobody_asked_is_left_it_goes_to_the_service_manager(council: Council) -> None:
    raises(council)
    changed_people(council, without(council, "team_manager"))
    assert ("gareth", "concern_then") in waiting(council)
    assert "Gareth Lyle recorded the outcome" in said(does(council, "gareth", "outcome", outcome="Settled."))


def test_when_the_coordinators_manager_has_left_the_next_is_asked(council: Council) -> None:
    raises(council)
    changed_people(
        council, [*without(council, "cpc_team_manager"), also(council, "sally", "cpc_team_manager")]
    )
    assert ("sally", "concern_with") in waiting(council)
    assert "Saved." in said(agrees(council, "priya", "sally"))
