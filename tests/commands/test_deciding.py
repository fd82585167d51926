"""A request is decided by each part on its own: agreed at once with a button, declined with a reason."""

from __future__ import annotations

from commands.vocabulary import Ask, Confirm, Mistakes, Quiet
from procedures.engine import Status
from tests.commands.conftest import said
from tests.commands.harbour import Harbour


def test_those_who_decide_get_both_buttons_and_nobody_else_does(harbour: Harbour) -> None:
    reference = harbour.asks()
    for name in ("sol", "quinn"):
        assert harbour.labels(name, reference)[:2] == ["Agree", "Decline"]
    assert not {"Agree", "Decline"} & set(harbour.labels("cora", reference))
    words = said(harbour.types("cora", f"decide {reference}"))
    assert "Only the safeguarding lead or the quality lead can do this: Sol Grant or Quinn Park." in words


def test_agree_asks_once_and_agrees_at_once(harbour: Harbour) -> None:
    reference = harbour.asks()
    agree = harbour.buttons("sol", reference)[0]
    assert isinstance(agree.confirm, Confirm)
    assert isinstance(harbour.presses("sol", "decide", **agree.arguments), Quiet)
    run = harbour.record(reference).standing.now
    assert (run.stage.id, list(run.decisions)) == ("request", ["safeguarding_lead"])
    assert "Agree" not in harbour.labels("sol", reference)
    shown = said(harbour.types("sol", f"decide {reference}"))
    assert "Already done: this part of the decision was made by Sol Grant" in shown


def test_the_last_to_agree_opens_what_follows_and_reads_so_before(harbour: Harbour) -> None:
    reference = harbour.asks()
    first = said(harbour.form("sol", "decide", {"challenge": reference}, decision="agree"))
    assert "The decision of the quality lead is still awaited." in first
    harbour.does("sol", "decide", reference, decision="agree")
    second = said(harbour.form("quinn", "decide", {"challenge": reference}, decision="agree"))
    assert "This opens Tier 1. Asked: the team manager (Tess Moore)." in second
    done = harbour.does("quinn", "decide", reference, decision="agree", reason="Well argued.")
    assert "Quinn Park agreed on Mon 23 Nov, 10:00, as quality lead." in done
    assert "The challenge went on to Tier 1 on Mon 23 Nov, 10:00, as the procedure says." in done
    assert "Comment: Well argued." in said(harbour.shows("cora", reference))


def test_decline_opens_the_form_which_asks_why_and_ends_the_challenge(harbour: Harbour) -> None:
    reference = harbour.asks()
    decline = harbour.buttons("quinn", reference)[1]
    reply = harbour.presses("quinn", "decide", **decline.arguments)
    assert isinstance(reply, Ask)
    assert "This ends CH-1001. Whoever raised it is told why." in said(reply)
    assert [(each.name, each.required) for each in reply.form.inputs] == [
        ("decision", True),
        ("reason", True),
    ]
    sent = harbour.sends("quinn", "decide", dict(reply.form.context), decision="decline", reason="")
    assert sent == Mistakes({"reason": "Please fill this in."})
    done = harbour.does("quinn", "decide", reference, decision="decline", reason="Too early.")
    assert (
        "The challenge was closed on Mon 23 Nov, 10:00, as the procedure says: Declined: Too early." in done
    )
    assert harbour.record(reference).standing.status is Status.closed
    assert harbour.labels("sol", reference) == ["Text for the case system"]


def test_whoever_covers_decides_for_the_person_away(harbour: Harbour) -> None:
    reference = harbour.asks()
    away = {"first": "2026-11-23", "last": "2026-11-27", "cover": harbour.row("serena").email}
    assert "Serena Voss" in said(harbour.sends("sol", "away", {}, **away))
    harbour.does("serena", "decide", reference, decision="agree")
    assert "Serena Voss, covering for Sol Grant, agreed" in said(harbour.shows("cora", reference))


def test_what_is_no_answer_is_refused_at_its_input(harbour: Harbour) -> None:
    reference = harbour.asks()
    sent = harbour.sends("sol", "decide", {"challenge": reference}, decision="perhaps")
    assert sent == Mistakes({"decision": "Choose one of the answers listed."})
    assert "There is no request to decide on at this stage." in said(
        harbour.types("tess", f"decide {harbour.at_tier_1()}")
    )
