"""Who may do what: every command, at every stage, tried by everybody in the council."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commands.desk import Desk
from commands.vocabulary import Ask, Buttons, Card, Reply, Say
from procedures.engine import CONCERNED, who_may
from procedures.schema import RAISER
from storage import people
from tests.commands.conftest import Council, said

EVERYBODY = tuple(
    "hannah ben miriam imran sally tom priya leo gareth ruth daniel joan alan nadia owen".split()  # noqa: SIM905
)
STAGES = ["stage-1", "stage-2", "stage-3", "deputy-director", "partnership"]
MANAGERS = "hannah priya leo gareth miriam ruth imran sally"
"""Who may pass a part on: the raiser, and whoever holds an overseeing role for the team or above it (not west's Owen)."""

# Who may, stage by stage; "" for nobody.
MAY: dict[str, list[str]] = {
    "acknowledge": ["priya leo", "", "", "", ""],
    "confirm": ["priya leo", "", "", "", ""],
    "schedule": ["", "hannah gareth miriam priya leo", "hannah ruth imran gareth", "", ""],
    "outcome": ["", "miriam hannah", "imran", "sally hannah", "alan hannah"],
    "escalate": ["hannah"] * 5,
    "resolve": ["hannah"] * 5,
    "withdraw": ["hannah"] * 5,
    "reassign": [MANAGERS, MANAGERS, MANAGERS, MANAGERS, f"{MANAGERS} alan"],
}
PART = [
    "hannah priya leo tom",
    "hannah priya leo tom gareth miriam",
    "hannah priya leo tom gareth miriam ruth imran",
    "hannah priya leo tom gareth miriam ruth imran sally",
    "hannah priya leo tom gareth miriam ruth imran sally alan joan",
]
MAY["note"] = MAY["show"] = MAY["record"] = PART
KIND = {
    "acknowledge": "acknowledged",
    "confirm": "actions_completed",
    "schedule": "date_proposed",
    "outcome": "outcome_recorded",
    "escalate": "escalated",
    "resolve": "resolved",
    "withdraw": "withdrawn",
    "reassign": "reassigned",
    "note": "noted",
}


def come_to(council: Council, stage: str) -> str:
    """A challenge that has come to a stage in order."""
    reference = council.raises()
    unresolved = {"choice": "unresolved", "held_on": "2026-11-23", "summary": "Each side was heard."}
    further = {"immediate_risk": "no", "outline": "Nothing has changed."}
    discussed = {
        "consulted_review_head_of_service": "2026-11-20",
        "consulted_assistant_director": "2026-11-20",
        "field_ground": "unresolved",
    }
    steps: list[Callable[[], object]] = [
        lambda: council.does("priya", "acknowledge", reference),
        lambda: council.does("hannah", "escalate", reference, **further),
        lambda: council.does("miriam", "outcome", reference, **unresolved),
        lambda: council.does("hannah", "escalate", reference, **further),
        lambda: council.does("imran", "outcome", reference, **unresolved),
        lambda: council.does("hannah", "escalate", reference, **further),
        lambda: council.does("sally", "outcome", reference, **unresolved),
        lambda: council.does("hannah", "escalate", reference, **further, **discussed),
    ]
    for step in steps[: 2 * STAGES.index(stage)]:
        step()
    assert council.record(reference).standing.now.stage.id == stage
    return reference


def let_in(reply: Reply) -> bool:
    """Whether somebody got what they asked for: a form, or something to read."""
    return isinstance(reply, Ask) or (isinstance(reply, Say) and reply.card.title != "This was not done")


@pytest.mark.parametrize("stage", STAGES)
def test_each_command_is_open_to_those_who_may_and_to_nobody_else(council: Council, stage: str) -> None:
    reference = come_to(council, stage)
    for command, by_stage in MAY.items():
        may = by_stage[STAGES.index(stage)].split()
        got = [name for name in EVERYBODY if let_in(council.types(name, f"{command} {reference}"))]
        assert got == [name for name in EVERYBODY if name in may], command


@pytest.mark.parametrize("stage", STAGES)
def test_the_table_is_the_procedures_own(council: Council, stage: str) -> None:
    """The same from `who_may`: the file's roles, turned into people by the parts they have."""
    record = council.record(come_to(council, stage))
    for command, kind in KIND.items():
        roles = who_may(record.procedure, record.standing, kind)
        able = set(record.concerned if CONCERNED in roles else record.holders(roles))
        if kind == "reassigned":
            above = council.office.authority.upwards(record.head.unit)
            able |= {row.email for row in council.rows if row.role in roles and row.unit in above}
        expected = {council.row(name).email for name in MAY[command][STAGES.index(stage)].split()}
        assert able == expected, command


@pytest.mark.parametrize("stage", STAGES)
def test_who_may_not_is_told_who_can_and_nothing_of_the_case(council: Council, stage: str) -> None:
    reference = come_to(council, stage)
    before = council.record(reference).stored.entries
    for command, kind in KIND.items():
        roles = who_may(council.record(reference).procedure, council.record(reference).standing, kind)
        for name in set(PART[STAGES.index(stage)].split()) - set(MAY[command][STAGES.index(stage)].split()):
            words = said(council.types(name, f"{command} {reference}"))
            assert words.startswith("This was not done\n")
            if roles == (RAISER,):
                assert "Only the person who raised it can do this: Hannah Okafor." in words
            elif roles:
                assert "can do this: " in words
                may = MAY[command][STAGES.index(stage)].split()
                assert any(council.row(who).name in words for who in may)
    for name in set(EVERYBODY) - set(PART[STAGES.index(stage)].split()):
        words = said(council.types(name, f"show {reference}"))
        assert "not a challenge that you have a part in" in words
        assert "LCS-204815" not in words
    assert council.record(reference).stored.entries == before


def _buttons(card: Card) -> list[tuple[str, dict[str, str]]]:
    found = [
        button for part in card.parts if isinstance(part, Buttons) for button in (*part.items, *part.more)
    ]
    return [(button.command, dict(button.arguments)) for button in found]


@pytest.mark.parametrize("stage", STAGES)
def test_every_button_that_somebody_sees_works_for_them(council: Council, stage: str) -> None:
    reference = come_to(council, stage)
    for name in PART[STAGES.index(stage)].split():
        reply = council.presses(name, "show", challenge=reference)
        assert isinstance(reply, Say)
        for command, arguments in _buttons(reply.card):
            arguments.pop("at_once", None)  # the form instead, so that nothing changes meanwhile
            assert let_in(council.presses(name, command, **arguments)), f"{name}: {command}"


@pytest.mark.parametrize("end", ["resolve", "withdraw"])
def test_once_it_has_ended_nobody_changes_anything_and_all_may_read(council: Council, end: str) -> None:
    reference = come_to(council, "stage-3")
    council.does("hannah", end, reference, outcome="It is settled.", reason="Raised in error.")
    for command in KIND:
        for name in EVERYBODY:
            assert not let_in(council.types(name, f"{command} {reference}")), f"{name}: {command}"
    for name in EVERYBODY:
        assert let_in(council.types(name, f"show {reference}")) is (name in PART[2].split())
    how = "resolved" if end == "resolve" else "withdrawn"
    words = said(council.types("hannah", f"note {reference}"))
    assert f"Already done: this challenge was {how} by Hannah Okafor on Mon 23 Nov, 10:00." in words


def test_only_coordinators_raise_and_for_the_teams_of_their_unit(council: Council) -> None:
    for name in EVERYBODY:
        assert let_in(council.types(name, "raise")) is (name in ("hannah", "ben"))
    words = said(council.types("priya", "raise"))
    assert "Only a child protection coordinator can raise a challenge here." in words
    options = next(part.options for part in council.form("hannah", "raise").inputs if part.name == "unit")
    assert [option.value for option in options] == ["east-1", "west-1"]


@pytest.mark.parametrize("name", EVERYBODY)
def test_everybody_has_their_own_lists_and_only_managers_their_units(council: Council, name: str) -> None:
    council.raises()
    for text in ("list", "list mine", "list overdue", "digest", "due 2026-12-18 5", "help", "away"):
        assert let_in(council.types(name, text)), text
    managers = ["miriam", "imran", "sally", "priya", "leo", "gareth", "ruth", "owen"]
    assert let_in(council.types(name, "list unit")) is (name in managers)
    assert let_in(council.types(name, "problems")) is (name == "nadia")
    listed = "LCS-204815" in said(council.types(name, "list mine"))
    assert listed is (name in PART[0].split())
    if name in managers:
        unit = said(council.types(name, "list unit"))
        assert ("LCS-204815" in unit) is (name != "owen")
        assert "core group" not in unit  # reference, stage and date; nothing of what it is about


def test_who_can_is_said_in_plain_words(council: Council) -> None:
    reference = come_to(council, "stage-2")
    told = {command: said(council.types("tom", f"{command} {reference}")).split("\n")[1] for command in KIND}
    assert told["resolve"] == "Only the person who raised it can do this: Hannah Okafor."
    assert told["outcome"] == (
        "Only the CPC team manager or the person who raised it can do this: Miriam Stone or Hannah Okafor."
    )
    assert told["reassign"] == (
        "Only the person who raised it, the children's service manager, the team manager, the CPC team manager or a "
        "manager who oversees the team can do this: Hannah Okafor, Gareth Lyle, Leo Fisher, Priya Nair or Miriam Stone."
    )


def test_who_covers_may_do_what_the_other_may_and_it_is_written_down_for_whom(council: Council) -> None:
    reference = come_to(council, "stage-2")
    assert not let_in(council.types("owen", f"schedule {reference}"))
    council.sends(
        "gareth", "away", {}, first="2026-11-23", last="2026-11-24", cover=council.row("owen").email
    )
    assert let_in(council.types("owen", f"schedule {reference}"))
    day = {"day": "2026-11-27", "at": "14:00", "place": "Room 2", "decision": "confirm"}
    words = council.does("owen", "schedule", reference, **day)
    assert "Owen Rees, covering for Gareth Lyle, confirmed the date of the meeting" in words
    assert council.record(reference).stored.entries[-1].on_behalf_of == council.row("gareth").email
    council.wait(days=2)
    assert not let_in(council.types("owen", f"show {reference}"))


def test_who_has_passed_a_part_on_may_no_longer_and_the_new_holder_may(council: Council) -> None:
    reference = come_to(council, "stage-2")
    gareth, owen = council.row("gareth").email, council.row("owen").email
    part = f"children_service_manager|{gareth}"
    council.does("miriam", "reassign", reference, part=part, joins=owen, reason="On leave.")
    assert let_in(council.types("owen", f"schedule {reference}"))
    words = said(council.types("gareth", f"schedule {reference}"))
    assert words.startswith("This was not done")


def test_an_overseer_passes_a_part_on_without_seeing_the_record(council: Council) -> None:
    reference = council.raises()
    shown = said(council.types("ruth", f"reassign {reference}"))
    assert "<Which part?>" in shown
    assert "core group" not in shown
    assert not let_in(council.types("ruth", f"show {reference}"))


def test_the_desk_knows_whose_it_is(council: Council) -> None:
    with council.office.database.read() as session:
        priya = people.person(session, council.row("priya").email)
        assert priya is not None
        desk = Desk(council.office, session, priya)
        assert desk.roles == [("team_manager", "east-1")]
        assert desk.holds(["team_manager", "cpc"])
        assert not desk.holds(["cpc"])
        assert desk.name_all([]) == "nobody yet"
        assert desk.name_all([priya.email]) == "Priya Nair"
