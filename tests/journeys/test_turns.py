"""Sessions whose facilitators take turns, by signed requests: turns, swaps, naming, an overall limit, a pattern across cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import whole
from tests.journeys.driver import Council, authority_with, running
from tests.journeys.person import Person

PROCEDURE = """
schema = 1
title = "Sessions"
document = "A made-up protocol"
nation = "england-and-wales"
[role.reviewer]
name = "Reviewer"
[role.facilitator]
name = "Facilitator"
rota = { take = 1, not_involved = true, named_by = ["board"], source = "4" }
[role.board]
name = "Business unit"
[role.health_lead]
name = "Health's safeguarding lead"
[raise]
by = ["reviewer"]
source = "1"
[record]
reminder = "This is kept."
source = "1"
[resolve]
source = "1"
[withdraw]
source = "1"
[[stage]]
id = "session"
name = "Session"
to = ["facilitator"]
source = "2"
[stage.window]
working_days = 5
on = "facilitator"
until = ["acknowledged"]
source = "2"
[[stage.field]]
id = "agency"
title = "Which agency was absent?"
kind = "choice"
choices = [
    { id = "health", label = "Health visiting", role = "health_lead" },
    { id = "none", label = "None" },
]
source = "5"
[[stage]]
id = "review"
name = "Review"
after = ["session"]
opens = ["answered"]
to = ["facilitator"]
source = "3"
[stage.window]
working_days = 5
on = "facilitator"
until = ["acknowledged"]
source = "3"
[limit]
title = "Outer limit"
working_days = 15
tell = ["board"]
remind = [-5, -1, 0]
source = "6"
[[pattern]]
id = "absence"
title = "Absence from sessions"
field = "agency"
at_least = 2
months = 1
tell = ["board"]
words = "Please find out why."
source = "5"
"""
PEOPLE = """\
email,name,role,unit,slack_user_id,teams_user_id
rita@wexborough.example,Rita Moss,reviewer,childrens-services,U0RITA0001,
ann@wexborough.example,Ann Lee,facilitator,childrens-services,U0ANN00001,
bea@wexborough.example,Bea Cole,facilitator,childrens-services,U0BEA00001,
cem@wexborough.example,Cem Dogan,facilitator,childrens-services,U0CEM00001,
olga@wexborough.example,Olga Fynn,board,childrens-services,U0OLGA0001,
hal@wexborough.example,Hal Reed,health_lead,childrens-services,U0HAL00001,
nadia@wexborough.example,Nadia Rahman,administrator,childrens-services,U0NADIA001,
"""


@pytest.fixture
def council(database_url: str, platform: str, tmp_path: Path) -> Iterator[Council]:
    """A council with this procedure and these people, on Monday 23 November 2026, 09:10."""
    written = {
        "authority.toml": authority_with("sessions.toml"),
        "sessions.toml": PROCEDURE,
        "people.csv": PEOPLE,
    }
    for name, text in written.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with running(database_url, tmp_path, "Monday 2026-11-23 09:10", platform=platform) as started:
        yield started
        whole.check(started)


def begun(council: Council, case: str, agency: str = "None") -> str:
    """Rita asks for a session; its reference."""
    rita = council.rita
    rita.types("/challenge raise")
    labels = [field.label for field in rita.the_form().fields]
    concern = next(label for label in labels if "concern" in label)
    actions = next(label for label in labels if "actions" in label)
    answer = rita.fills(
        {
            "Case reference": case,
            "Team that has the case": "South safeguarding team",
            concern: f"Nothing has moved for months in case number {case[-1]}.",
            actions: "The plan is looked at together.",
            "Which agency was absent?": agency,
        }
    )
    assert "is raised" in answer, answer
    rita.closes()
    return answer.split(" is raised")[0].split()[-1]


def asks(asker: Person, asked: Person, session: str) -> None:
    """Somebody asks a colleague to take their part."""
    asker.types(f"/challenge swap {session}")
    form = asker.the_form()
    (label,) = [each for each in form.field("Whom do you ask?").choices if asked.name in each]
    answer = asker.fills({"Whom do you ask?": label})
    assert f"{asked.name} has been asked." in answer, answer
    asker.closes()


def test_turns_go_round_and_two_agree_on_a_swap(council: Council) -> None:
    rita, ann, bea, cem = council.rita, council.ann, council.bea, council.cem
    first, second = begun(council, "WX-204001"), begun(council, "WX-204002")
    assert ann.has(first, "please acknowledge the concerns")
    assert bea.has(second, "please acknowledge the concerns")
    assert not cem.notices

    asks(ann, cem, first)
    assert cem.has(f"Ann Lee asks you to take over as the facilitator of {first}.", "WX-204001")
    assert "The part is yours" in cem.presses("I will take it", "Ann Lee asks you")
    assert cem.has(first, "please acknowledge the concerns")
    assert cem.has("Ann Lee asks you to take over", "You took it over.")
    for person in (ann, rita):
        assert person.has("Cem Dogan passed the part of facilitator from Ann Lee to Cem Dogan")
    assert "A swap that both agreed to: Ann Lee asked, Cem Dogan accepted." in rita.types(
        f"/challenge record {first}"
    )

    cem.presses("Acknowledge the concerns", first)
    rita.types(f"/challenge escalate {first}")
    rita.fills({"What is unresolved?": "The plan is to be looked at again."})
    rita.closes()
    assert cem.has(first, "Review", "please acknowledge the concerns"), (
        "The same facilitator before and after."
    )

    shown = ann.types("/challenge rota")
    assert f"{first}: Cem Dogan, Mon 23 Nov 2026, by a swap" in shown
    assert f"{first}: Ann Lee, Mon 23 Nov 2026, in turn, passed on Mon 23 Nov 2026" in shown
    assert "Next: Ann Lee." in shown
    assert ann.has(begun(council, "WX-204003"), "please acknowledge the concerns")


def test_nobody_answers_and_somebody_else_is_asked(council: Council) -> None:
    ann, bea, cem = council.ann, council.bea, council.cem
    session = begun(council, "WX-204001")
    asks(ann, bea, session)
    council.until("Thursday 2026-11-26 16:30")
    assert not ann.has("did not answer in time")
    council.until("Friday 2026-11-27 08:40")
    assert ann.has(
        f"You asked Bea Cole to take over as the facilitator of {session}.", "did not answer in time"
    )
    assert bea.has("nothing is asked of you any more")
    asks(ann, cem, session)
    cem.presses("I cannot", "Ann Lee asks you")
    assert ann.has("Cem Dogan cannot take it; the part is still yours.")
    assert cem.has("It was declined.")


def test_who_is_away_or_involved_is_passed_over_and_the_business_unit_names_somebody(
    council: Council,
) -> None:
    ann, bea, cem, olga, nadia = council.ann, council.bea, council.cem, council.olga, council.nadia
    assert ann.has(begun(council, "WX-204001"), "please acknowledge")
    for person in (bea, cem):
        person.types("/challenge away")
        values = {"First day away": "Monday 2026-11-23", "Last day away": "Tuesday 2026-11-24"}
        person.fills(values | {"Who covers?": "Ann Lee"})
        person.closes()
    again = begun(council, "WX-204001")
    words = f"{again} needs the facilitator, and nobody can take the part"
    for person in (olga, nadia, council.rita):
        assert person.has(
            words,
            "Bea Cole is away until Tuesday 24 November 2026",
            "Ann Lee works with the child, or has or had a part",
        )

    council.until("Wednesday 2026-11-25 09:30")
    olga.types(f"/challenge name {again}")
    form = olga.the_form()
    assert (
        "Left out: Ann Lee works with the child, or has or had a part in a challenge about the same case."
        in form.text
    )
    choices = list(form.field("Who takes it?").choices)
    assert choices == ["1. Bea Cole (no turn yet)", "2. Cem Dogan (no turn yet)"]
    answer = olga.fills({"Who takes it?": choices[1], "Why?": "Cem knows the estate."})
    assert "Cem Dogan is the facilitator now" in answer
    assert cem.has(again, "Session")
    olga.closes()


def test_the_limit_is_counted_down_also_past_a_time_in_which_nothing_ran(council: Council) -> None:
    rita, olga = council.rita, council.olga
    session = begun(council, "WX-204001")
    limit = "*Outer limit*\n" if council.platform == "slack" else "Outer limit: "
    assert f"{limit}Monday 14 December 2026, 21 days left" in rita.types(f"/challenge show {session}")
    council.until("Monday 2026-12-07 09:30")
    assert olga.has("Outer limit: Monday 14 December 2026, 7 days left.", session)
    council.restart("Monday 2026-12-14 12:00")
    council.live()
    told = [one for one in olga.notices if "Outer limit" in one.text]
    assert len(told) == 2, "Of the two that fell due meanwhile the newest stands for both."
    assert "Monday 14 December 2026, ends today." in told[1].text
    assert "late, because it could not be sent earlier" in told[1].text
    rita.types(f"/challenge resolve {session}")
    (label,) = [field.label for field in rita.the_form().fields]
    rita.fills({label: "It is settled."})
    rita.closes()
    council.until("Friday 2026-12-18 12:00")
    assert all("is resolved" in one.text for one in olga.notices if session in one.text)


def test_a_pattern_is_told_to_the_agencys_lead_once(council: Council) -> None:
    hal, olga = council.hal, council.olga
    first = begun(council, "WX-204001", "Health visiting")
    council.until("Tuesday 2026-11-24 09:30")
    assert not hal.notices
    second = begun(council, "WX-204002", "Health visiting")
    council.until("Tuesday 2026-11-24 10:00")
    assert hal.has(
        "Absence from sessions: Health visiting, 2 times", f"In {first}, {second}.", "Please find out why."
    )
    begun(council, "WX-204003", "Health visiting")
    council.until("Wednesday 2026-11-25 12:00")
    assert len(hal.notices) == 1
    assert not any("Absence from sessions" in one.text for one in olga.notices)
    assert "Absence from sessions: Health visiting, 2 times" in hal.presses(
        "All patterns", "Absence from sessions"
    )
    assert not any("WX-204" in one.text for one in hal.messages), "No case detail goes to the lead."
