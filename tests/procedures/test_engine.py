"""The engine, on the procedure that comes with the program and on made-up ones: whatever is tried, only what the file allows happens."""

from __future__ import annotations

import json
from datetime import date, time

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from procedures import library
from procedures.engine import Circumstances, check, fold, follow
from procedures.schema import Procedure
from procedures.steps import Acknowledged, DateConfirmed, Noted, Raised, read_step, write_step
from tests.procedures.proposals import beginnings, begun, steps
from tests.procedures.stories import MONDAY, Story, bradford, escalated, raised
from tests.procedures.strategies import procedures
from tests.procedures.walks import holds, try_step

TRIES = 14
FINDING = (Phase.explicit, Phase.reuse, Phase.generate)
"""Without making a failing walk shorter, which takes minutes and helps little: what was drawn is printed anyway."""


def walk(data: st.DataObject, procedure: Procedure) -> None:
    """Raise a challenge and try one thing after another; every accepted step can be stored and read back."""
    story = Story(procedure)
    if not try_step(story, data.draw(beginnings(procedure))):
        assert try_step(story, begun(procedure))
    holds(story)
    for _ in range(TRIES):
        open_window = story.now.stage.window is not None and bool(story.now.missing) and not story.now.settled
        story.lapsed = open_window and (story.lapsed or data.draw(st.booleans()))
        if try_step(story, data.draw(steps(story))):
            step = story.entries[-1].step
            assert read_step(step.kind, json.loads(json.dumps(write_step(step)))) == step
            story.lapsed = story.lapsed and bool(story.now.missing) and not story.now.settled
        holds(story)


@pytest.mark.parametrize("name", library.shipped())
@settings(max_examples=60, phases=FINDING)
@given(data=st.data())
def test_a_walk_through_every_procedure_that_comes_with_the_program(name: str, data: st.DataObject) -> None:
    walk(data, library.load([name]).in_use[0])


@settings(max_examples=150, phases=FINDING)
@given(data=st.data(), procedure=procedures())
def test_a_walk_through_a_made_up_procedure(data: st.DataObject, procedure: Procedure) -> None:
    walk(data, procedure)


def test_a_record_without_entries_is_none() -> None:
    with pytest.raises(ValueError, match="A record without entries is none"):
        fold(bradford(), [])


def test_a_record_begins_with_being_raised() -> None:
    entry = Story(None, raised(), Noted(text="First.")).entries[1]
    with pytest.raises(ValueError, match="A record begins with a challenge being raised"):
        follow(bradford(), None, entry)
    with pytest.raises(ValueError, match="Only raising comes before a standing"):
        check(bradford(), None, Acknowledged(), Circumstances(MONDAY))


def test_a_stage_that_is_not_there_is_named_with_those_that_are() -> None:
    sentence = Story().refuses(raised("stage-9"), field="stage")
    assert sentence.startswith(
        "There is no such stage. The stages are: CP Challenge Stage 1, CP Challenge Stage 2,"
    )


def test_where_the_procedure_has_no_way_past_its_stages_risk_opens_none() -> None:
    procedure = bradford().model_copy(update={"immediate_risk": None})
    story = Story(procedure)
    step = raised("stage-2", immediate_risk=True, risk_reason="Now.")
    assert story.refuses(step, field="stage") == "This procedure has no way past its stages."


def test_what_opens_a_stage_is_named_without_what_can_no_longer_happen() -> None:
    story = Story(None, raised(), Acknowledged(), escalated("stage-2"))
    story.take(DateConfirmed(day=date(2026, 11, 27), at=time(14)))
    assert story.refuses(escalated("stage-3")) == (
        "CP Challenge Stage 3 can be opened once an outcome without resolution has been recorded, "
        "or at once if a child is at immediate risk."
    )


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("acknowledged", {"coment": "Misspelt."}),
        ("date_confirmed", {"day": "2026-02-30", "at": "14:00"}),
        ("outcome_recorded", {"choice": "resolved"}),
        ("vanished", {}),
    ],
)
def test_a_stored_body_that_is_no_step_is_refused(kind: str, body: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        read_step(kind, body)


@given(st.builds(Raised, stage=st.text(min_size=1), concern=st.text(), agreed_actions=st.text()))
def test_whatever_is_written_is_read_back(step: Raised) -> None:
    assert read_step(step.kind, json.loads(json.dumps(write_step(step)))) == step
