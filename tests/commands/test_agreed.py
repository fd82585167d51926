"""Agreed actions, routes beside the stages, and a clock that stops: recorded, shown and done."""

from __future__ import annotations

from commands.vocabulary import Ask, Mistakes, Quiet, Say, Value
from tests.commands.conftest import said
from tests.commands.harbour import Harbour

SAM = "sam.reed@harbour.example"
OTIS = "otis.kay@harbour.example"
ACTION: dict[str, Value] = {
    "of": "action",
    "what": "Call the core group.",
    "owner": SAM,
    "by_day": "2026-12-04",
}


# Actions


def test_an_action_has_an_owner_and_a_date_and_is_listed_with_its_state(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    form = harbour.opens("tess", f"action {reference}")
    assert [each.name for each in form.inputs] == ["of", "what", "owner", "by_day"]
    owners = next(each for each in form.inputs if each.name == "owner").options
    assert {option.value for option in owners[:3]} == {
        SAM,
        "tess.moore@harbour.example",
        "cora.hale@harbour.example",
    }
    done = harbour.does("tess", "action", reference, **ACTION)
    assert (
        "Tess Moore recorded an action for Sam Reed on Mon 23 Nov, 10:00, by Friday 4 December 2026." in done
    )
    shown = said(harbour.shows("sam", reference))
    assert "Call the core group.\nSam Reed, by Friday 4 December 2026\n[Done]" in shown
    assert "[Done]" in said(
        harbour.shows("tess", reference)
    )  # who records actions may say that they are done


def test_a_kind_whose_owner_the_procedure_names_asks_for_none(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    form = harbour.form("tess", "action", {"challenge": reference}, of="review_point")
    assert "owner" not in {each.name for each in form.inputs}
    assert "Owner: Quinn Park (quality lead)" in said(form)
    harbour.does("tess", "action", reference, of="review_point", what="Look again.", by_day="2026-12-14")
    shown = said(harbour.shows("quinn", reference))
    assert "Review point: Look again.\nQuinn Park, by Monday 14 December 2026\n[Done]" in shown


def test_mistakes_of_an_action_are_at_their_inputs(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    context = {"challenge": reference}
    past = harbour.sends("tess", "action", context, **(ACTION | {"by_day": "2026-11-20"}))
    assert past == Mistakes({"by_day": "This day is in the past. Enter the day by which it is to be done."})
    stranger = harbour.sends("tess", "action", context, **(ACTION | {"owner": "who@example.org"}))
    assert stranger == Mistakes({"owner": "Choose one of the people listed."})
    refused = said(harbour.types("sam", f"action {reference}"))
    assert (
        "Only the team manager or the person who raised it can do this: Tess Moore or Cora Hale." in refused
    )


def test_an_owner_from_elsewhere_sees_the_challenge_in_digest_and_list_and_marks_it_done(
    harbour: Harbour,
) -> None:
    reference = harbour.at_tier_1()
    harbour.does("tess", "action", reference, **(ACTION | {"owner": OTIS}))
    digest = said(harbour.types("otis", "digest"))
    assert f"{reference} · LCS-204815 · Call the core group." in digest
    assert "Tier 1; by Fri 4 Dec\n[Done]" in digest
    (button,) = [each for each in harbour.buttons("otis", reference) if each.label == "Done"]
    assert isinstance(harbour.presses("otis", "done", **button.arguments), Quiet)
    assert "Otis Kay, by Friday 4 December 2026: done Mon 23 Nov, 10:00" in said(
        harbour.shows("cora", reference)
    )
    assert "Nothing waits for you now." in said(harbour.types("otis", "digest"))
    twice = said(harbour.presses("otis", "done", **button.arguments))
    assert "Already done: this action was recorded as done by Otis Kay on Mon 23 Nov, 10:00." in twice


def test_done_can_be_said_with_a_note_by_the_owner_or_whoever_records_actions(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    assert "No action is waiting on CH-1001." in said(harbour.types("sam", f"done {reference}"))
    harbour.does("tess", "action", reference, **ACTION)
    harbour.does("tess", "action", reference, **(ACTION | {"what": "Write to the school."}))
    form = harbour.opens("sam", f"done {reference}")
    assert [option.label for option in form.inputs[0].options] == [
        "Call the core group. (Sam Reed, Fri 4 Dec)",
        "Write to the school. (Sam Reed, Fri 4 Dec)",
    ]
    second = form.inputs[0].options[1].value
    harbour.does("cora", "done", reference, action=second, note="They have replied.")
    shown = said(harbour.shows("sam", reference))
    assert "Cora Hale recorded on Monday 23 November 2026, 10:00 that an action is done" in shown
    assert "Action: Write to the school.\nNote: They have replied." in shown
    assert len(harbour.opens("sam", f"done {reference}").inputs[0].options) == 1


def test_resolving_with_actions_open_is_pointed_out(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.does("tess", "action", reference, **ACTION)
    reply = harbour.sends("cora", "resolve", {"challenge": reference}, outcome="All is well.")
    assert isinstance(reply, Ask)
    assert "One action is not recorded as done." in said(reply)
    tick = next(each for each in reply.form.inputs if each.title == "Nothing has been saved yet")
    meant: dict[str, Value] = {tick.name: (tick.options[0].value,), "outcome": "All is well."}
    assert "One agreed action is still to be done." in harbour.does("cora", "resolve", reference, **meant)
    (button,) = [each for each in harbour.buttons("sam", reference) if each.label == "Done"]
    assert isinstance(harbour.presses("sam", "done", **button.arguments), Quiet)


def test_in_a_message_the_first_due_are_shown_and_the_rest_counted(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    for day in range(1, 8):
        harbour.does(
            "tess", "action", reference, **(ACTION | {"what": f"Part {day}.", "by_day": f"2026-12-0{day}"})
        )
    card = said(harbour.messages("tess")["asked"])
    assert "Part 5." in card
    assert "Part 6." not in card.split("Actions still to be done")[1]
    assert "And 2 more: open the record to see them." in card


# The clock


def test_the_clock_stops_for_a_reason_and_runs_on(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    form = harbour.opens("tess", f"pause {reference}")
    assert [option.label for option in form.inputs[0].options] == ["The case is before the court"]
    done = harbour.does("tess", "pause", reference, reason="court", note="Until the hearing.")
    assert "Tess Moore stopped the clock on Mon 23 Nov, 10:00: the case is before the court." in done
    assert "Due: The clock stands still" in said(harbour.shows("cora", reference))
    harbour.wait(days=2)
    stands = harbour.types("tess", f"pause {reference}")
    assert isinstance(stands, Say)
    assert "The time that it stands is added to the window.\n[Start the clock]" in said(stands)
    (start,) = [each for each in harbour.buttons("tess", reference) if each.label == "Start the clock"]
    assert start.confirm is not None
    assert isinstance(harbour.presses("tess", "pause", **start.arguments), Quiet)
    shown = said(harbour.shows("cora", reference))
    assert "Due: Wednesday 9 December 2026, 17:00" in shown
    assert "Note: Until the hearing." in shown
    assert "The clock is running; there is nothing to start." in said(
        harbour.presses("tess", "pause", **start.arguments)
    )


def test_who_may_not_stop_it_is_told_who_can_and_where_it_cannot_stop_so(harbour: Harbour) -> None:
    words = said(harbour.types("cora", f"pause {harbour.at_tier_1()}"))
    assert "Only the team manager can do this: Tess Moore." in words
    words = said(harbour.types("sol", f"pause {harbour.asks(case_reference='LCS-204816')}"))
    assert "The clock of this stage cannot be stopped." in words


# Routes beside the stages


def test_a_route_is_taken_and_its_result_recorded_while_the_stages_run_on(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    assert "Referral to the ombudsman" in said(harbour.types("cora", f"options {reference}"))
    form = harbour.opens("cora", f"refer {reference}")
    assert [each.name for each in form.inputs] == ["outline", "field_letter"]
    assert "Told: Quinn Park. The stages of the procedure run on." in said(form)
    sent = harbour.sends("cora", "refer", {"challenge": reference}, outline="They asked.", field_letter=None)
    assert sent == Mistakes({"field_letter": "Please fill this in."})
    harbour.does("cora", "refer", reference, outline="They asked.", field_letter="2026-11-20")
    shown = said(harbour.shows("quinn", reference))
    assert "Referral to the ombudsman: Begun on Mon 23 Nov; awaiting the result" in shown
    assert "Day of the letter: Friday 20 November 2026" in shown
    assert harbour.record(reference).standing.now.stage.id == "tier-1"
    assert "Record what came of: Referral to the ombudsman" in said(harbour.types("cora", "digest"))
    result = harbour.opens("cora", f"refer {reference}")
    assert [each.title for each in result.inputs] == ["What came of it?"]
    harbour.does("cora", "refer", reference, outline="No fault was found.")
    assert "What came of it: No fault was found." in said(harbour.shows("quinn", reference))
    words = said(harbour.types("tess", f"refer {reference}"))
    assert "Only the person who raised it can do this: Cora Hale." in words


# Stages left out


def test_a_stage_is_left_out_with_a_reason(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    form = harbour.form("cora", "escalate", {"challenge": reference}, stage="tier-3")
    assert "<Why is Tier 2 left out?>" in said(form)
    next_one = harbour.form("cora", "escalate", {"challenge": reference}, stage="tier-2")
    assert "left out" not in said(next_one)
    values: dict[str, Value] = {"immediate_risk": "no", "stage": "tier-3", "outline": "It is grave."}
    sent = harbour.sends("cora", "escalate", {"challenge": reference}, **values)
    assert sent == Mistakes({"skip_reason": "Please fill this in."})
    harbour.does("cora", "escalate", reference, **values, skip_reason="Tier 2 cannot help.")
    assert "Why stages were left out: Tier 2 cannot help." in said(harbour.shows("cora", reference))


def test_nothing_is_opened_past_the_stages_where_the_procedure_is_not_for_risk(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    form = harbour.form("cora", "escalate", {"challenge": reference}, immediate_risk="yes")
    assert [each.name for each in form.inputs] == ["immediate_risk"]
    assert "Call 999." in said(form)
    sent = harbour.sends(
        "cora", "escalate", {"challenge": reference}, immediate_risk="yes", stage="tier-3", outline="Now."
    )
    assert "is not for immediate risk" in said(sent)
    assert harbour.record(reference).standing.now.stage.id == "tier-1"
