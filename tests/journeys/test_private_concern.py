"""A private concern about a coordinator's practice, from raise to each of its ends, and absent from everything else (BR-13)."""

from __future__ import annotations

from prometheus_client import generate_latest

from storage import challenges
from tests.journeys import challenges as stories
from tests.journeys.driver import Council
from tests.journeys.private import CONCERN, TRIED, council_id, raised
from tests.journeys.sent import screen
from tests.journeys.test_away import away

AGREED = "He hears everybody first, and Miriam sits in on the next conference."


def agree(council: Council) -> None:
    """Owen and Miriam agree a resolution."""
    council.owen.presses("Record what was agreed", "Please agree a resolution with Miriam Stone.")
    assert council.owen.the_form().holds("Agreed with") == council.miriam.email
    assert "Saved." in council.owen.fills({"What was agreed?": AGREED})
    council.owen.closes()


def test_br_13_a_resolution_is_agreed_at_the_lowest_level(council: Council) -> None:
    nina, owen, miriam = council.nina, council.owen, council.miriam
    assert raised(council, nina) == "PC-1"
    assert nina.has(
        "You raised this private concern", "Next: Owen Rees to agree a resolution with Miriam Stone."
    )
    assert owen.has("Nina Walsh raises a private concern", CONCERN, TRIED, "About", "Ben Marsden")
    assert miriam.has("Owen Rees is asked to agree a resolution with you.", CONCERN)
    assert not council.ben.notices
    assert not council.farah.notices

    agree(council)
    for person in (nina, miriam):
        assert person.has("Owen Rees recorded on Mon 23 Nov", "what was agreed with Miriam Stone.", AGREED)
    assert not any("Please agree" in one.text for one in owen.messages), "His message is kept up to date."
    council.until("Tuesday 2026-12-08 12:00")
    assert not [one for one in nina.messages if "Nothing has been recorded" in one.text]
    assert not council.farah.notices


def test_br_13_what_stays_unresolved_goes_to_the_service_manager_whose_outcome_ends_it(
    council: Council,
) -> None:
    nina, owen, farah = council.nina, council.owen, council.farah
    raised(council, nina)
    agree(council)
    nina.presses("Take it to the children's service manager", AGREED)
    assert "Farah Malik (children's service manager)" in nina.the_form().text
    nina.fills({"What is unresolved?": "At the next conference he did the same again."})
    nina.closes()
    assert farah.has(
        "is unresolved, and comes to you.", CONCERN, "At the next conference he did the same again."
    )
    assert owen.has("Nina Walsh took it to the children's service manager")
    assert not council.gareth.notices, "He manages another locality."

    farah.presses("Open all of it", "is unresolved, and comes to you.")
    farah.presses("Record the outcome", AGREED)
    farah.fills({"What is the outcome?": "Ben has a supervisor of his own from January."})
    farah.closes()
    for person in (nina, owen, council.miriam):
        assert person.has("Farah Malik recorded the outcome", "Ben has a supervisor of his own from January.")
    assert not council.ben.notices
    late = owen.types("/challenge concern-agree PC-1")
    assert "Farah Malik recorded the outcome on Mon 23 Nov" in late
    assert "Nothing has changed." in late


def test_the_manager_takes_it_further_and_all_add_notes(council: Council) -> None:
    nina, owen, farah, miriam = council.nina, council.owen, council.farah, council.miriam
    raised(council, nina)
    miriam.presses("Add a note", "asked to agree a resolution with you.")
    miriam.fills({"Your note": "I am back in the office on Thursday."})
    miriam.closes()
    assert owen.has("Miriam Stone added a note", "I am back in the office on Thursday.")
    owen.presses("Take it to the children's service manager", "I am back in the office on Thursday.")
    owen.fills({"What is unresolved?": "Miriam and I see it differently."})
    owen.closes()
    assert nina.has("Owen Rees took it to the children's service manager", "Miriam and I see it differently.")
    assert "Private concerns" in farah.types("/challenge concern")
    farah.presses("Record the outcome", "Only you see this list")
    farah.fills({"What is the outcome?": "I have spoken with everybody concerned."})


def test_after_five_working_days_without_a_word_all_with_a_part_are_reminded_once(council: Council) -> None:
    nina, owen, miriam = council.nina, council.owen, council.miriam
    raised(council, nina)
    council.until("Monday 2026-11-30 08:59")
    assert not [one for one in owen.messages if "Nothing has been recorded" in one.text]
    council.until("Monday 2026-11-30 09:00")
    for person in (nina, owen, miriam):
        assert person.has("Nothing has been recorded on this private concern for 5 working days.")
    council.until("Friday 2026-12-18 17:00")
    for person in (nina, owen, miriam):
        reminded = [one for one in person.notices if "Nothing has been recorded" in one.text]
        assert len(reminded) == 1
    # What comes late is recorded all the same, and the reminders are kept up to date.
    agree(council)
    assert not [one for one in nina.messages if "Nothing has been recorded" in one.text]


def test_a_manager_who_is_away_finds_it_on_coming_back_and_the_cover_never_does(council: Council) -> None:
    nina, owen, claire = council.nina, council.owen, council.claire
    assert not away(owen, "Monday 2026-11-23", "Friday 2026-12-04", claire)
    nina.types("/challenge concern")
    nina.puts({"Which coordinator?": "Ben Marsden"})
    told = nina.the_form().text
    assert "Owen Rees is away until Friday 4 December 2026." in told
    assert "whoever covers does not read it" in told
    nina.fills({"What concerns you?": CONCERN, "What have you tried so far?": TRIED})
    nina.closes()
    assert council.miriam.has("PC-1", CONCERN), "She is there."
    council.until("Wednesday 2026-11-25 17:00")
    assert not claire.notices
    assert not owen.notices
    assert "is not a private concern of yours" in claire.types("/challenge concern PC-1")

    owen.types("/challenge away")
    owen.presses("I am back", in_form=True)  # earlier than planned
    owen.closes()
    council.until("Thursday 2026-11-26 08:31")
    assert owen.has("Please agree a resolution with Miriam Stone.", CONCERN)
    assert not claire.notices


def test_two_managers_at_once_and_the_second_is_told_who_was_first(council: Council) -> None:
    aisha, priya, leo = council.aisha, council.priya, council.leo
    raised(council, aisha)
    for person in (priya, leo):
        person.presses("Record what was agreed", "Please agree a resolution")
        person.puts({"What was agreed?": f"As {person.name} has it: a joint visit."})
    council.at_once(priya.sending(), leo.sending())
    told = [one for one in aisha.notices if "what was agreed with Miriam Stone" in one.text]
    assert len({one.text for one in told}) == 1
    assert (
        len(
            [one for one in council.miriam.notices if "recorded on" in one.text and "joint visit" in one.text]
        )
        >= 1
    )


def test_a_request_that_slack_sends_twice_has_one_effect(council: Council) -> None:
    nina = council.nina
    raised(council, nina)
    council.owen.presses("Add a note", "Please agree a resolution")
    council.owen.fills({"Your note": "We meet on Friday morning."})
    council.redeliver()
    told = [
        line
        for one in nina.notices
        for line in one.text.splitlines()
        if line.startswith("Owen Rees added a note")
    ]
    assert len([line for line in told if line.endswith(".")]) == 1, (
        "One message; the others only tell the latest."
    )


def test_nobody_who_could_take_it_on(council: Council) -> None:
    nina, nadia, farah = council.nina, council.nadia, council.farah
    roles = (",team_manager,south-1,", ",children_service_manager,south,")
    council.imports_people(
        lambda rows: "".join(row for row in rows.splitlines(True) if not any(role in row for role in roles))
    )
    nina.types("/challenge concern")
    nina.puts({"Which coordinator?": "Ben Marsden"})
    assert "The children's service manager, once there is one" in nina.the_form().text
    nina.fills({"What concerns you?": CONCERN, "What have you tried so far?": TRIED})
    nina.closes()
    assert nadia.has("A private matter, PC-1, needs somebody for South safeguarding team")
    assert not any(word in one.text for one in nadia.notices for word in ("Nina", "Ben", "practice"))
    row = "farah.malik@wexborough.example,Farah Malik,children_service_manager,south,U0FARAHM01,\n"
    council.imports_people(lambda rows: rows + row)
    council.until("Monday 2026-11-23 11:00")
    assert farah.has("comes to you. Please record its outcome.", CONCERN)
    assert "needs somebody" not in nadia.types("/challenge problems")


# --- absent from everything else ---------------------------------------------------------------------------------------


def test_br_13_it_is_in_no_list_digest_home_record_metric_or_line_of_the_log(council: Council) -> None:
    """A private concern beside a challenge of the same people; then every list there is, for everybody."""
    nina, hannah, owen = council.nina, council.hannah, council.owen
    challenge = stories.raised(council)
    reference = raised(council, nina, about="Hannah Okafor")
    agree(council)
    council.until("Tuesday 2026-11-24 08:30")  # the digests
    assert owen.has("Your challenges on Tuesday 24 November 2026")
    secret = (CONCERN, TRIED, AGREED, reference, "private concern", "private matter")
    asked = (
        "list mine",
        "list unit",
        "list overdue",
        "digest",
        f"show {challenge}",
        f"record {challenge}",
        "problems",
    )
    for person in council.everybody:
        for text in asked:
            answer = person.types(f"/challenge {text}")
            assert not [each for each in secret if each in answer], f"{person.name}: /challenge {text}"
            person.closes()
        for text in ("show", "record", "note", "escalate", "reassign"):
            answer = person.types(f"/challenge {text} {reference}")
            assert answer.replace(reference, "PC-99") == person.types(f"/challenge {text} PC-99"), text
        assert not [each for each in secret if each in person.home.text], f"{person.name}'s Home"
        digests = [one for one in person.notices if one.text.startswith("Your challenges on")]
        assert not [one for one in digests for each in secret if each in one.text], person.name

    # Whom it is about, and everybody without a part, has nothing of it anywhere, not even its number.
    readers = {nina.id, owen.id, council.miriam.id}
    for person in council.everybody:
        if person.id not in readers:
            seen = "\n".join(screen(council, person.id))
            assert CONCERN not in seen
            assert f"{reference}:" not in seen
            assert "about Hannah" not in seen
    assert council_id(council, hannah.email) not in readers

    shown = [message.text for person in council.everybody for message in person.notices]
    assert shown
    metrics = council.http.get("/metrics").text + generate_latest().decode()
    log = council.log.getvalue()
    for each in (CONCERN, TRIED, AGREED):
        assert each not in metrics
        assert each not in log
    assert reference not in metrics
    assert reference not in log
    with council.demo.bot.office.database.read() as session:
        assert challenges.open_ids(session) == [int(challenge.removeprefix("CH-"))]
    previews = {
        one.preview
        for person in (nina, owen, council.miriam)
        for one in person.notices
        if reference in one.text
    }
    assert previews == {"PC-1: a private matter"}
