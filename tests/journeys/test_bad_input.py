"""What is wrong gets a clear answer, to that person alone; nothing is written, and nothing typed is lost."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from sqlalchemy import func, select

from storage.statements import table
from storage.tables import Audit, Entry, Outbox, Person
from tests.journeys.challenges import CONCERN, form, raised
from tests.journeys.driver import Council
from tests.journeys.person import Person as Somebody
from tests.journeys.platforms import slack_s_own

FORM = urlencode({"command": "/challenge", "text": "raise", "user_id": "U0HANNAH01"}).encode()


def rows(council: Council) -> list[int]:
    """How much has been written: steps, messages, audit, people."""
    with council.demo.bot.office.database.read() as session:
        counts = [select(func.count()).select_from(table(each)) for each in (Entry, Outbox, Audit, Person)]
        return [session.connection().execute(each).scalar_one() for each in counts]


@contextmanager
def nothing_written(council: Council) -> Iterator[None]:
    """Whatever the block does must leave the database, and everybody else's chat, as they were."""
    before = rows(council), {one.name: len(one.notices) for one in council.everybody}
    yield
    assert (rows(council), {one.name: len(one.notices) for one in council.everybody}) == before


def knock(council: Council, **headers: str) -> int:
    """A request at the bot's own address with these headers; the status of the answer."""
    url = council.demo.workspace.request_url
    standard = {"Content-Type": "application/x-www-form-urlencoded"}
    return council.http.post(url, content=FORM, headers=standard | headers).status_code


def signed(timestamp: str, secret: bytes) -> dict[str, str]:
    """The headers with which Slack signs."""
    digest = hmac.new(secret, b"v0:" + timestamp.encode() + b":" + FORM, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


@slack_s_own("Slack's signature; Teams' tokens are in tests/bot/teams")
def test_a_request_that_slack_did_not_sign_just_now(council: Council) -> None:
    secret, now = council.demo.workspace.courier._secret, int(council.clock.now().timestamp())
    for reason, headers in (
        ("no_signature", {}),
        ("wrong_signature", signed(str(now), b"somebody else's")),
        ("old_timestamp", signed(str(now - 301), secret)),
        ("old_timestamp", signed(str(now + 301), secret)),
        ("wrong_timestamp", signed("yesterday", secret)),
        ("no_timestamp", {"X-Slack-Signature": "v0=0123"}),
    ):
        lines = len(council.logged())
        with nothing_written(council):
            assert knock(council, **headers) == 401
        (line,) = council.logged()[lines:]
        assert (line["event"], line["reason"]) == ("request_refused", reason)
        assert not {"raise", "U0HANNAH01"} & set(str(line).split("'"))
    assert knock(council, **signed(str(now), secret)) == 200


def test_somebody_who_is_not_on_the_list(council: Council) -> None:
    zoe = council.joins("Zoe Hart", "zoe.hart@wexborough.example")
    with nothing_written(council):
        told = zoe.types("/challenge raise")
    assert "You are not on Wexborough Children’s Services's list of people yet" in told
    assert "Ask Nadia Rahman to add you to people.csv" in told
    assert zoe.account in told
    assert "You are not on Wexborough" in zoe.home.text
    council.imports_people(lambda rows: rows + f"{zoe.email},Zoe Hart,cpc,childrens-services,,\n")
    assert "Raise a challenge" in zoe.types("/challenge raise")


CANNOT_BE = [
    ("show CH-9999", "CH-9999 is not a challenge that you have a part in."),
    ("acknowledge CH-9999", "CH-9999 is not a challenge that you have a part in."),
    ("show the-big-one", '"the-big-one" is not a challenge\'s reference. They look like CH-1042'),
    ("show 99999999999999999999", '"99999999999999999999" is not a challenge\'s reference.'),
    ("record CH-1001", "CH-1001 is not a challenge that you have a part in."),
    ("aknowledge CH-1001", "Did you mean /challenge acknowledge?"),
    ("due tomorrow 5", "/challenge due 2026-12-18 5"),
    ("due 2026-12-18 many", '"many" is not a number of working days'),
    ("list ours", 'There is no list "ours".'),
]


def test_commands_that_cannot_be_carried_out(council: Council) -> None:
    raised(council)
    claire = council.claire
    for line, answer in CANNOT_BE:
        with nothing_written(council):
            assert answer in claire.types(f"/challenge {line}")
            assert claire.form is None
    with nothing_written(council):
        told = council.tom.types("/challenge raise")
    assert "Only a child protection coordinator can raise a challenge here." in told


def test_mistakes_in_the_form_of_a_challenge(council: Council) -> None:
    hannah = council.hannah
    hannah.types("/challenge raise")
    long = "The core group has not met. " * 107
    with nothing_written(council):
        wrong = hannah.tries(form(case="204815", concern=long[:2999]))
        assert set(wrong) == {"Case reference"}
        assert "WX-204815" in wrong["Case reference"]
        assert set(hannah.tries({"Case reference": "W" * 201})) == {"Case reference"}
        too_long = hannah.tries({"Case reference": "WX-204815", "What concerns you?": "x" * 3001})
        assert "3000" in too_long["What concerns you?"]
        future = hannah.tries({"What concerns you?": CONCERN, "On which day?": "Tuesday 2026-11-24"})
        assert future["On which day?"].startswith("This day is still to come.")
    shown = hannah.the_form()
    assert shown.holds("Case reference") == "WX-204815"
    assert shown.holds("What concerns you?") == CONCERN
    hannah.fills({"On which day?": "Friday 2026-11-20"})


IDENTIFYING = {
    "NHS number 943 476 5919": "“943 476 5919” looks like an NHS number",
    "born 3 May 2019": "“3 May 2019” looks like a date of birth",
    "moved to BD1 1HX": "“BD1 1HX” looks like a postcode",
    "mother's phone is 07700 900123": "“07700 900123” looks like a phone number",
}


def test_identifying_words_are_pointed_out_before_anything_is_saved(council: Council) -> None:
    hannah = council.hannah
    hannah.types("/challenge raise")
    hannah.puts(form())
    for detail, what in IDENTIFYING.items():
        with nothing_written(council):
            told = hannah.fills({"What concerns you?": f"{CONCERN} The {detail}."})
        assert what in told
        assert "Nothing has been saved yet" in [field.label for field in hannah.the_form().fields]
        assert hannah.the_form().holds("What concerns you?").endswith(f"{detail}.")
        assert hannah.the_form().holds("Case reference") == "WX-204815"
    hannah.fills({"Nothing has been saved yet": ["Save it as it is: this detail is needed"]})
    assert council.owen.has("CH-1001", "mother's phone is 07700 900123")


def test_identifying_words_are_taken_out(council: Council) -> None:
    owen = council.owen
    challenge = raised(council)
    owen.presses("Answer with a comment", challenge)
    with nothing_written(council):
        assert "looks like a postcode" in owen.fills({"Comment": "She lives at BD1 1HX now."})
    owen.fills({"Comment": "She has moved."})
    assert council.hannah.has("She has moved.")


def out_of_turn(council: Council, person: Somebody, line: str) -> str:
    """What somebody is told who asks for something that is not theirs, or not now."""
    with nothing_written(council):
        told = person.types(f"/challenge {line}")
    assert person.form is None
    return told


def test_out_of_turn_and_by_the_wrong_person(council: Council) -> None:
    hannah, owen, nina = council.hannah, council.owen, council.nina
    challenge = raised(council)
    assert "Only the team manager can do this: Owen Rees." in out_of_turn(
        council, nina, f"acknowledge {challenge}"
    )
    assert "Only the team manager can do this: Owen Rees." in out_of_turn(
        council, hannah, f"confirm {challenge}"
    )
    assert "Only the person who raised it can do this: Hannah Okafor." in out_of_turn(
        council, owen, f"resolve {challenge}"
    )
    assert "CP Challenge Stage 1 has no meeting" in out_of_turn(council, owen, f"schedule {challenge}")
    assert "has no meeting" in out_of_turn(council, owen, f"outcome {challenge}")
    owen.presses("Acknowledge the concerns", challenge)
    assert "Already done: the concerns were acknowledged by Owen Rees" in out_of_turn(
        council, owen, f"acknowledge {challenge}"
    )
    hannah.types(f"/challenge resolve {challenge}")
    hannah.fills({"How was it resolved?": "The core group has met."})
    hannah.closes()
    for line in ("confirm", "note", "reassign"):
        assert "Already done: this challenge was resolved by Hannah Okafor" in out_of_turn(
            council, owen, f"{line} {challenge}"
        )
    assert "Already done: this challenge was resolved" in out_of_turn(
        council, hannah, f"escalate {challenge}"
    )


def test_a_meeting_on_a_day_that_cannot_be(council: Council) -> None:
    farah = council.farah
    raised(council)
    council.until("Tuesday 2026-12-01 10:00")
    council.hannah.types("/challenge escalate CH-1001")
    council.hannah.fills({"What is unresolved?": "Nobody answered."})
    farah.types("/challenge schedule CH-1001")
    choice = {"Time": "14:00", "Place": "Room 4"}
    with nothing_written(council):
        past = farah.tries({**choice, "Day": "Monday 2026-11-30"})
        assert past == {"Day": "This day is in the past. Choose today or a later working day."}
        weekend = farah.tries({"Day": "Saturday 2026-12-05"})
        assert "This is not a working day (Saturday)" in weekend["Day"]
        holiday = farah.tries({"Day": "Friday 2026-12-25"})
        assert "This is not a working day (Christmas Day)" in holiday["Day"]
        closed = farah.tries({"Day": "Thursday 2026-12-24"})
        assert "Council offices closed" in closed["Day"]
    assert farah.the_form().holds("Place") == "Room 4"
    farah.fills({"Day": "Friday 2026-12-04"})
    assert council.hannah.has(
        "Farah Malik confirmed the date of the meeting", "Friday 4 December 2026, 14:00, Room 4"
    )
