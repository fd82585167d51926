"""A message cannot be delivered: an administrator hears of it at once, and decides what becomes of it."""

from __future__ import annotations

from tests.journeys.challenges import PLEASE_ANSWER, raised
from tests.journeys.driver import Council
from tests.journeys.platforms import slack_s_own

FAILED = "could not be delivered to Owen Rees."
NOBODY = {
    "slack": "Slack knows no such person.",
    "teams": "Teams knows nobody with this person's teams_user_id in your tenant.",
}
CHOICES = {"Send again", "Hand to another person"}
ARCHIVED = slack_s_own(
    "a conversation that is archived; what Teams refuses is in tests/bot/teams/test_send.py"
)


def test_handed_to_somebody_who_may_have_it(council: Council) -> None:
    nadia, hannah, nina, claire = council.nadia, council.hannah, council.nina, council.claire
    council.leaves(council.owen)
    challenge = raised(council)
    [told] = nadia.about(FAILED)
    assert set(told.labels) >= CHOICES
    assert challenge in told.text
    assert f"{FAILED} {NOBODY['slack' if council.platform == 'slack' else 'teams']}" in told.text
    assert "core group" not in told.text, "An administrator sees no case."
    assert "WX-204815" not in told.text, "Nor whose it is."
    assert hannah.has(FAILED)
    assert not any(CHOICES & set(one.labels) for one in hannah.messages)
    assert "Only an administrator sees this list." in hannah.types("/challenge undelivered")
    assert "One message was not delivered" in nadia.home.text

    nadia.presses("Hand to another person", FAILED)
    assert "The request to answer about" in nadia.the_form().text
    [refusal] = nadia.tries({"Who gets it instead?": "Claire Dunn"}).values()
    assert "Claire Dunn has no part in CH-1001 and covers for nobody who has." in refusal
    assert not claire.notices
    nadia.fills({"Who gets it instead?": "Nina Walsh"})
    nadia.closes()
    handed = nina.about("This was for Owen Rees and could not be delivered; Nadia Rahman handed it to you.")
    assert len(handed) == 1
    assert challenge in handed[0].text
    for person in (nadia, hannah):
        [told] = person.about(FAILED)
        assert "Nadia Rahman handed it to Nina Walsh on Mon 23 Nov" in told.text
        assert not CHOICES & set(told.labels), "It is redrawn for everybody."
    assert "Every message has been delivered" in nadia.types("/challenge undelivered")
    assert "not delivered" not in nadia.home.text


def test_two_administrators_decide_at_once(council: Council) -> None:
    council.imports_people(
        lambda rows: rows + "ben.marsden@wexborough.example,Ben Marsden,administrator,childrens-services,,\n"
    )
    council.leaves(council.owen)
    raised(council)
    nadia, ben = council.nadia, council.ben
    nadia.presses("Hand to another person", FAILED)
    nadia.puts({"Who gets it instead?": "Nina Walsh"})
    council.at_once(nadia.sending(), ben.pressing("Send again", FAILED))
    handed = council.nina.has("handed it to you")
    again = any("Ben Marsden had it sent again on Mon 23 Nov" in one.text for one in nadia.about(FAILED))
    assert handed != again
    nadia.closes()
    open_ = [one for one in nadia.about(FAILED) if CHOICES & set(one.labels)]
    assert len(open_) == (1 if again else 0), "What failed once more is told anew."
    assert ("Every message has been delivered" in nadia.types("/challenge undelivered")) is handed


def test_an_administrator_leaves_it_at_that(council: Council) -> None:
    nadia = council.nadia
    council.leaves(council.owen)
    raised(council)
    nadia.types("/challenge problems")
    nadia.presses("This is solved", FAILED)
    assert "Every message has been delivered" in nadia.types("/challenge undelivered")
    assert council.hannah.has(FAILED, "Nadia Rahman marked this as solved on Mon 23 Nov")


@ARCHIVED
def test_sent_again_it_arrives_once(council: Council) -> None:
    nadia, owen = council.nadia, council.owen
    for person in (
        owen,
        council.hannah,
        council.nina,
    ):  # not the administrator, who is told of it in the same moment
        council.demo.workspace.faults.answer("chat.postMessage", error="is_archived", channel=person.chat)
    challenge = raised(council)
    assert not owen.notices
    assert nadia.types("/challenge undelivered").count("The conversation with this person is archived") == 3
    council.redeliver()
    for one in nadia.about("is archived in Slack."):
        if "Send again" in one.labels:
            nadia.presses("Send again", one.text.split(". The")[0])
            council.redeliver()
    assert len(owen.about(challenge)) == 1
    assert owen.has(challenge, PLEASE_ANSWER)
    assert "Every message has been delivered" in nadia.types("/challenge undelivered")


@ARCHIVED
def test_what_is_for_one_person_alone_is_handed_to_nobody(council: Council) -> None:
    raised(council)
    council.until("Tuesday 2026-11-24 08:29")
    council.demo.workspace.faults.answer("chat.postMessage", error="is_archived", channel=council.owen.chat)
    council.until("Tuesday 2026-11-24 08:30")
    [told] = council.nadia.about("is archived in Slack.")
    assert "Send again" in told.labels
    assert "Hand to another person" not in told.labels
    assert "The daily digest, for" in council.nadia.types("/challenge undelivered")
    council.nadia.presses("Send again", "is archived in Slack.")
