"""A stage's meeting: its date, who comes, that it is cancelled or held, and what its outcome leads to."""

from __future__ import annotations

from commands.vocabulary import Ask, Mistakes, Value
from tests.commands.conftest import said
from tests.commands.harbour import VIEW, Harbour

WHEN: dict[str, Value] = {"day": "2026-11-30", "at": "10:00", "decision": "confirm"}
OTIS = "otis.kay@harbour.example"


def test_the_form_shows_who_comes_and_what_they_are_told(harbour: Harbour) -> None:
    shown = said(harbour.opens("tess", f"schedule {harbour.at_tier_1()}")).splitlines()
    assert shown[-6:] == [
        "<Add somebody from outside>",
        "What is recorded here can be read out in court.",
        "Agenda",
        "1. What has changed?",
        "2. What stands in the way?",
        "Not invited: The family.",
    ]
    assert "Social worker: Sam Reed" in shown
    assert "School nurse" in shown
    assert "The meeting is to be held by Monday 7 December 2026, 17:00." in "\n".join(shown)


def test_who_may_only_propose_neither_invites_nor_considers(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    form = harbour.opens("sam", f"schedule {reference}")
    assert [each.name for each in form.inputs] == ["day", "at", "place"]
    assert "You propose a date; Tess Moore is asked to confirm it." in said(form)
    assert "Only the team manager can do this: Tess Moore." in said(
        harbour.types("sam", f"invite {reference}")
    )


def test_a_date_beyond_the_window_is_pointed_out_and_may_be_meant(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    late = WHEN | {"day": "2026-12-21"}
    reply = harbour.sends("tess", "schedule", {"challenge": reference}, **late)
    assert isinstance(reply, Ask)
    assert "This date is outside the window: the meeting is to be held by Monday 7 December 2026." in said(
        reply
    )
    assert harbour.record(reference).standing.now.meeting is None
    tick = next(each for each in reply.form.inputs if each.title == "Nothing has been saved yet")
    meant: dict[str, Value] = {tick.name: (tick.options[0].value,)}
    assert "Date confirmed" in harbour.does("tess", "schedule", reference, **(late | meant))


def test_a_date_on_which_the_assessment_is_too_old_is_pointed_out(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.does("sam", "fill", reference, **(VIEW | {"field_assessed_on": "2026-09-25"}))
    reply = harbour.sends("tess", "schedule", {"challenge": reference}, **WHEN)
    assert "Day of the last assessment: on Monday 30 November 2026 this will be older than 2 months." in said(
        reply
    )


def test_legal_and_police_are_considered_with_the_date(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    asked = harbour.form("tess", "schedule", {"challenge": reference}, consider_police="no")
    assert {"consider_legal", "consider_police", "consider_reason_police"} <= {e.name for e in asked.inputs}
    sent = harbour.sends("tess", "schedule", {"challenge": reference}, **WHEN, consider_police="no")
    assert sent == Mistakes({"consider_reason_police": "Please fill this in."})
    decided = {"consider_legal": "yes", "consider_police": "no", "consider_reason_police": "No offence."}
    harbour.does("tess", "schedule", reference, **WHEN, **decided)
    shown = said(harbour.shows("tess", reference))
    assert "Legal adviser: Lena Ford" in shown
    assert "Police liaison: considered and not invited (No offence.)" in shown
    assert "Tess Moore decided not to invite the police liaison to the meeting" in shown
    assert "consider_legal" not in {e.name for e in harbour.opens("tess", f"schedule {reference}").inputs}
    assert reference in said(harbour.types("lena", "list"))
    assert reference not in said(harbour.types("paul", "list"))


def test_people_are_added_a_colleague_by_name_and_others_by_what_they_do(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    added: dict[str, Value] = {"colleague": OTIS, "outside": "Head teacher"}
    assert "Invitations saved" in harbour.does("tess", "invite", reference, **added)
    shown = said(harbour.shows("otis", reference))
    assert "Otis Kay" in shown
    assert "Head teacher" in shown
    assert "Tess Moore added Otis Kay to the meeting on Monday 23 November 2026, 10:00" in shown
    again = harbour.sends("tess", "invite", {"challenge": reference}, colleague=OTIS)
    assert "Already done: they were added to the meeting by Tess Moore" in said(again)
    nothing = harbour.sends("tess", "invite", {"challenge": reference}, colleague=None)
    assert "Choose a colleague, or enter what somebody from outside does." in said(nothing)
    stranger = harbour.sends("tess", "invite", {"challenge": reference}, colleague="who@example.org")
    assert stranger == Mistakes({"colleague": "Choose one of the people listed."})


def test_people_can_be_added_on_the_form_of_a_date_that_stays(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.does("tess", "schedule", reference, **WHEN)
    done = harbour.does("tess", "schedule", reference, **WHEN, outside="Head teacher")
    assert done.startswith(f"Invitations saved: {reference}")
    kinds = [entry.step.kind for entry in harbour.record(reference).stored.entries]
    assert kinds == ["raised", "date_confirmed", "invited"]


def test_a_meeting_is_cancelled_with_a_reason_and_a_new_date_is_asked_for(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    assert "No date is set for this meeting" in said(harbour.types("tess", f"cancel {reference}"))
    assert "Cancel the meeting" not in harbour.labels("tess", reference)
    harbour.does("tess", "schedule", reference, **WHEN)
    assert "Cancel the meeting" in said(harbour.types("tess", f"options {reference}"))
    done = harbour.does("tess", "cancel", reference, reason="The chair is ill.")
    assert "Tess Moore cancelled the meeting on Mon 23 Nov, 10:00." in done
    shown = said(harbour.shows("cora", reference))
    assert "Meeting: Cancelled; it was set for Monday 30 November 2026, 10:00" in shown
    assert "Reason: The chair is ill." in shown
    assert "Set the meeting" in harbour.labels("tess", reference)


def test_held_asks_who_was_there_and_shows_it(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.meets(reference)
    harbour.does("tess", "invite", reference, colleague=OTIS)
    assert "The meeting was held" not in harbour.labels("tess", reference)
    harbour.wait(days=7)
    assert "The meeting was held" in harbour.labels("tess", reference)
    form = harbour.opens("tess", f"held {reference}")
    present = next(each for each in form.inputs if each.name == "present")
    assert [option.label for option in present.options] == [
        "Team manager: Tess Moore",
        "Person who raised it: Cora Hale",
        "Social worker: Sam Reed",
        "Legal adviser: Lena Ford",
        "School nurse",
        "Otis Kay",
    ]
    assert (present.required, present.initial) == (True, None)
    there = ("team_manager", "School nurse", OTIS)
    done = harbour.does("tess", "held", reference, held_on="2026-11-30", present=there)
    assert (
        "Tess Moore recorded on Mon 30 Nov, 10:00 that the meeting was held on Monday 30 November 2026."
        in done
    )
    shown = said(harbour.shows("cora", reference))
    assert "Present: Team manager: Tess Moore; School nurse; Otis Kay" in shown
    assert "Due: Monday 7 December 2026, 17:00 (answered in time)" in shown


def test_it_is_combined_with_another_only_when_everybody_was_there(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.meets(reference)
    harbour.wait(days=7)
    most = ("team_manager", "raiser", "social_worker", "legal")
    held = {"held_on": "2026-11-30", "present": most, "combined": ("exploitation",)}
    sent = harbour.sends("tess", "held", {"challenge": reference}, **held)
    assert sent == Mistakes(
        {
            "combined": "Exploitation strategy meeting: possible only when everybody on the list is there. "
            "Missing: School nurse."
        }
    )
    harbour.does("tess", "held", reference, **(held | {"present": (*most, "School nurse")}))
    assert "Combined with: Exploitation strategy meeting" in said(harbour.shows("cora", reference))


def test_preparation_that_is_missing_is_pointed_out(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.does("tess", "schedule", reference, **WHEN)
    harbour.wait(days=7)
    sent = harbour.sends(
        "tess", "held", {"challenge": reference}, held_on="2026-11-30", present=("team_manager",)
    )
    assert isinstance(sent, Ask)
    assert "“Your view of the plan” has not been filled in by the social worker" in said(sent)
    assert "It has not been recorded whether the legal adviser was invited." in said(sent)


def test_an_outcome_says_what_it_opens_before_it_is_sent(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.meets(reference)
    harbour.wait(days=7)

    def with_choice(choice: str) -> str:
        return said(harbour.form("tess", "outcome", {"challenge": reference}, choice=choice))

    assert "This opens Review of the plan. Asked: the team manager (Tess Moore)." in with_choice("revised")
    assert "This opens Tier 2. Asked: the service manager (Serena Voss)." in with_choice("tier_2")
    assert "This closes CH-1001. Everyone concerned is told." in with_choice("conference")
    assert "This opens" not in with_choice("not_held")
    values: dict[str, Value] = {"held_on": "2026-11-30", "summary": "The plan is new."}
    done = harbour.does("tess", "outcome", reference, choice="revised", **values)
    assert "The challenge went on to Review of the plan" in done
    assert "Next: Tess Moore to record the outcome." in done
    done = harbour.does("tess", "outcome", reference, choice="reduced", **values)
    assert "The challenge was closed on Mon 30 Nov, 10:00, as the procedure says: The risk is less." in done
