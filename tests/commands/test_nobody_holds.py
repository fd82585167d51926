"""A role that nobody holds is told at once, and the part can be given to somebody, whichever part it is."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import pytest

from commands.reception import Reception
from procedures.library import Library
from storage import people
from tests.commands.conftest import Council, said
from tests.commands.test_access import come_to, let_in

NOBODY = "CH-1001 needs it. Add the person to people.csv and import it, then reassign the part with /challenge reassign CH-1001."


def without(council: Council, role: str) -> None:
    """Nobody holds the role any more."""
    rows = [row for row in council.rows if row.role != role]
    with council.office.database.write() as session:
        people.apply_people(session, rows, at=council.clock.now())


@pytest.mark.parametrize(
    ("role", "stage", "command"),
    [
        ("children_service_manager", "stage-2", "schedule"),
        ("cpc_team_manager", "stage-2", "outcome"),
        ("social_worker", "stage-1", "show"),
    ],
)
def test_the_part_that_nobody_holds_is_given_to_somebody(
    council: Council, role: str, stage: str, command: str
) -> None:
    without(council, role)
    reference = come_to(council, stage) if stage == "stage-2" else council.raises(chosen_social_worker="")
    title = council.record(reference).procedure.role_title(role)
    assert title in said(council.types("nadia", "problems"))
    assert NOBODY in said(council.types("nadia", "problems"))
    assert not let_in(council.types("joan", f"{command} {reference}"))
    form = council.form("hannah", "reassign", {"challenge": reference})
    offered = {
        option.value: option.label for each in form.inputs if each.name == "part" for option in each.options
    }
    assert offered[f"{role}|"] == f"{title}: nobody yet"
    joan = council.row("joan").email
    council.does("hannah", "reassign", reference, part=f"{role}|", joins=joan, reason="Nobody else is there.")
    assert let_in(council.types("joan", f"{command} {reference}"))


def test_who_only_records_the_outcome_can_be_named_too(council: Council) -> None:
    text = files("procedures").joinpath("bradford.toml").read_text(encoding="utf-8")
    other = text.replace('by = ["review_service_manager"]', 'by = ["partnership"]')
    assert other != text
    council.office = replace(council.office, library=Library([("other", other)]))
    council.reception = Reception(council.office)
    without(council, "partnership")
    reference = council.raises()
    risk = {"immediate_risk": "yes", "stage": "stage-3", "risk_reason": "A child is at risk."}
    council.does("hannah", "escalate", reference, outline="It cannot wait.", **risk)
    assert "Safeguarding children partnership" in said(council.types("nadia", "problems"))
    joan = council.row("joan").email
    council.does("hannah", "reassign", reference, part="partnership|", joins=joan, reason="Nobody is there.")
    assert [party.part for party in council.record(reference).parties() if party.email == joan] == ["records"]
    held = {"choice": "resolved", "held_on": "2026-11-23", "summary": "All agreed."}
    council.does("joan", "outcome", reference, **held)
