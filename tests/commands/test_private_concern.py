"""The private concern (BR-13): who reads it, who may do what, past whom it is routed, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import pytest

from commands import rounds
from commands.desk import Desk
from commands.leads import Notice
from commands.notices import compose
from commands.reception import Reception
from commands.vocabulary import Ask, Kind, Mistakes, Reply, Say
from procedures.library import Library
from procedures.people import PersonRow
from storage import audit, concerns, outbox, people, problems
from tests.commands.conftest import MONDAY, Council, said
from tests.commands.test_access import EVERYBODY, let_in

CONCERN = "He decides before anybody has spoken."
TRIED = "I told him so after the conference."
NOT_YOURS = "is not a private concern of yours."


def raises(council: Council, about: str = "ben", name: str = "tom", **more: str) -> str:
    """Somebody sends the form after having seen who will read it; its reference."""
    values = {"coordinator": council.row(about).email, "concern": CONCERN, "tried": TRIED, **more}
    context = dict(council.form(name, "concern", None, **values).context)
    reply = council.sends(name, "concern", context, key="", **values)
    assert isinstance(reply, Say), said(reply)
    assert "is sent" in reply.card.title, said(reply)
    return reply.card.title.split(" ")[0]


def does(council: Council, name: str, step: str, reference: str = "PC-1", **values: str) -> Reply:
    """Somebody sends the form of a step."""
    return council.sends(name, f"concern-{step}", {"concern": reference}, key="", **values)


def agrees(council: Council, name: str = "priya", other: str = "miriam") -> Reply:
    """A resolution is agreed."""
    return does(council, name, "agree", with_=council.row(other).email, agreed="He hears everybody first.")


def waiting(council: Council) -> set[tuple[str, str]]:
    """Whom the messages are for that wait to be sent, by first name, and which they are; later reminders left out."""
    with council.office.database.read() as session:
        rows = {row.name.split()[0].lower(): outbox.waiting_for(session, row.email) for row in council.rows}
    return {
        (name, each.notice)
        for name, found in rows.items()
        for each in found
        if each.due_at <= council.clock.now()
    }


def changed_people(council: Council, rows: list[PersonRow]) -> None:
    """people.csv is imported, and the next round comes."""
    with council.office.database.write() as session:
        people.apply_people(session, rows, at=council.clock.now())
    rounds.go(council.office)


def without(council: Council, *roles: str) -> list[PersonRow]:
    return [row for row in council.rows if row.role not in roles]


def listed(council: Council) -> list[str]:
    with council.office.database.read() as session:
        return [problem.sentence for problem in problems.open_problems(session)]


# --- the form ---------------------------------------------------------------------------------------------------------


def test_the_form_asks_for_no_case_and_offers_those_who_may_raise_challenges(council: Council) -> None:
    form = council.form("tom", "concern")
    assert [each.name for each in form.inputs] == ["coordinator", "concern", "tried"]
    assert [each.label for each in form.inputs[0].options] == ["Ben Marsden", "Hannah Okafor"]
    assert form.inputs[0].redraws
    texts = [each for each in form.inputs if each.kind is Kind.TEXT]
    assert all("child's file" not in each.hint for each in texts), "It is kept on no child's file."


def test_who_will_read_it_stands_there_by_name_before_it_is_sent(council: Council) -> None:
    assert "Choose the coordinator: then it stands here, by name." in said(council.form("tom", "concern"))
    shown = said(council.form("tom", "concern", None, coordinator=council.row("ben").email))
    assert "Leo Fisher and Priya Nair (team manager), asked to agree a resolution" in shown
    assert "Miriam Stone (CPC team manager), with whom it is agreed" in shown
    assert "Only if it stays unresolved: Gareth Lyle (children's service manager)" in shown
    assert "Ben Marsden is not told of it here." in shown


def test_nobody_sends_it_to_people_that_were_not_shown(council: Council) -> None:
    values = {"coordinator": council.row("ben").email, "concern": CONCERN, "tried": TRIED}
    seen = dict(council.form("tom", "concern", None, **values).context)
    first = council.sends("tom", "concern", {}, key="", **values)
    assert isinstance(first, Ask)
    assert "Nothing has been sent yet. Look at who will read this" in said(first)
    assert {each.name: each.initial for each in first.form.inputs} == values
    with council.office.database.write() as session:  # meanwhile the list of people changes
        people.apply_people(session, [r for r in council.rows if r.name != "Leo Fisher"], at=MONDAY)
    assert isinstance(council.sends("tom", "concern", seen, key="", **values), Ask)
    sent = council.sends("tom", "concern", dict(first.form.context), key="", **values)
    assert isinstance(sent, Ask), "Leo has gone since that form, too."
    assert "PC-1 is sent" in said(council.sends("tom", "concern", dict(sent.form.context), key="", **values))


@pytest.mark.parametrize(
    "text", ["See LCS-204815.", "the lcs 204815 meeting", "CH-1001 shows it", "challenge 1001"]
)
def test_what_looks_like_a_case_is_refused_at_its_input_in_every_form(council: Council, text: str) -> None:
    values = {"coordinator": council.row("ben").email, "concern": text, "tried": text}
    context = dict(council.form("tom", "concern", None, **values).context)
    reply = council.sends("tom", "concern", context, key="", **values)
    assert isinstance(reply, Mistakes)
    assert set(reply.by_input) == {"concern", "tried"}
    assert all("A private concern names none" in sentence for sentence in reply.by_input.values())
    assert not let_in(council.types("tom", "concern PC-1"))
    raises(council)
    partner = council.row("miriam").email
    for name, step, more in (
        ("priya", "agree", {"with_": partner, "agreed": text}),
        ("tom", "further", {"unresolved": text}),
        ("tom", "note", {"text": text}),
    ):
        assert isinstance(does(council, name, step, **more), Mistakes), step


def test_what_may_identify_somebody_is_pointed_out_as_elsewhere(council: Council) -> None:
    values = {"coordinator": council.row("ben").email, "concern": "Ring 07700 900123.", "tried": TRIED}
    context = dict(council.form("tom", "concern", None, **values).context)
    reply = council.sends("tom", "concern", context, key="", **values)
    assert isinstance(reply, Ask)
    assert "A private concern names no child and no family." in said(reply)
    assert "The case reference is enough" not in said(reply)
    kept = council.sends(
        "tom", "concern", dict(reply.form.context), key="", keep_identifying=("yes",), **values
    )
    assert "PC-1 is sent" in said(kept)


def test_only_those_named_in_the_procedure_raise_one(council: Council) -> None:
    able = [name for name in EVERYBODY if let_in(council.types(name, "concern"))]
    assert able == ["tom"]
    assert "Only a social worker can raise a private concern here" in said(council.types("priya", "concern"))
    assert "[Private concerns]" in said(council.types("tom", "help"))
    assert "[Private concerns]" not in said(council.types("priya", "help"))


def test_an_authority_whose_procedure_has_none_does_not_offer_it(council: Council) -> None:
    text = files("procedures").joinpath("bradford.toml").read_text(encoding="utf-8")
    begins = text.index("[concern]")
    other = text[:begins] + text[text.index("[immediate_risk]") :]
    council.office = replace(council.office, library=Library([("other", other)]))
    council.reception = Reception(council.office)
    assert "concern" not in said(council.types("tom", "help")).lower().replace("the concerns", "").replace(
        "accept its concerns", ""
    )
    assert "has no private concerns. Speak to your manager." in said(council.types("tom", "concern"))


def test_a_social_worker_of_several_teams_chooses_one(council: Council) -> None:
    more = replace(council.row("tom"), unit="west-1")
    with council.office.database.write() as session:
        people.apply_people(session, [*council.rows, more], at=MONDAY)
    form = council.form("tom", "concern")
    assert [each.name for each in form.inputs] == ["unit", "concern", "tried"]
    shown = said(council.form("tom", "concern", None, unit="west-1", coordinator=council.row("ben").email))
    assert "Owen Rees (team manager), asked to agree a resolution" in shown
    raises(council, unit="west-1")
    assert ("owen", "concern_asked") in waiting(council)


# --- who reads it -------------------------------------------------------------------------------------------------------


def test_it_goes_to_those_shown_and_to_nobody_else(council: Council) -> None:
    assert raises(council) == "PC-1"
    assert waiting(council) == {
        ("tom", "concern_raiser"),
        ("priya", "concern_asked"),
        ("leo", "concern_asked"),
        ("miriam", "concern_with"),
    }
    able = [name for name in EVERYBODY if let_in(council.types(name, "concern PC-1"))]
    assert able == ["miriam", "tom", "priya", "leo"]
    for name in ("ben", "gareth", "nadia"):
        assert NOT_YOURS in said(council.types(name, "concern PC-1"))
        assert said(council.types(name, "concern PC-1")) == said(council.types(name, "concern PC-2")).replace(
            "PC-2", "PC-1"
        ), "Whether it exists makes no difference."


def test_the_service_manager_reads_it_once_it_has_come_there(council: Council) -> None:
    raises(council)
    assert "Taken further" not in said(does(council, "priya", "further", unresolved="We differ."))
    assert ("gareth", "concern_then") in waiting(council)
    able = [name for name in EVERYBODY if let_in(council.types(name, "concern PC-1"))]
    assert able == ["miriam", "tom", "priya", "leo", "gareth"]


@pytest.mark.parametrize("text", ["concern 1", "concern CH-1001", "concern nonsense words", "show PC-1"])
def test_what_is_no_private_concerns_reference_is_said(council: Council, text: str) -> None:
    raises(council)
    words = said(council.types("tom", text))
    assert words.startswith("This was not done")
    assert "look like" in words


def test_whoever_covers_reads_nothing_and_can_do_nothing(council: Council) -> None:
    day = {"first": "2026-11-23", "last": "2026-11-27"}
    council.sends("priya", "away", {}, key="", cover=council.row("owen").email, **day)
    shown = said(council.form("tom", "concern", None, coordinator=council.row("ben").email))
    assert (
        "Priya Nair is away until Friday 27 November 2026. It waits for Priya Nair: whoever covers does not read it."
        in shown
    )
    raises(council)
    assert NOT_YOURS in said(council.types("owen", "concern PC-1"))
    assert NOT_YOURS in said(agrees(council, "owen"))
    assert "none in which you have a part" in said(council.types("owen", "concern"))


def composed(council: Council, name: str, notice: str, *, redraw: bool = False, **body: int) -> str:
    """A message about PC-1 as somebody reads it now; empty when there is nothing to say."""
    with council.office.database.read() as session:
        person = people.person(session, council.row(name).email)
        assert person is not None
        now = council.clock.now()
        about = Notice("key", person.email, notice, None, None, {"concern": 1, "entry": 1, **body}, now)
        card = compose(Desk(council.office, session, person), about, redraw=redraw)
    if card is None:
        return ""
    assert card.preview in ("PC-1: a private matter", "PC-1"), "A locked phone shows no more."
    return said(card)


def test_each_message_says_why_it_comes_and_what_is_asked(council: Council) -> None:
    raises(council)
    why = "Tom Ellery raises a private concern about the practice of a child protection coordinator."
    assert f"{why} Please agree a resolution with Miriam Stone." in composed(
        council, "priya", "concern_asked"
    )
    asked = f"{why} Leo Fisher and Priya Nair are asked to agree a resolution with you."
    assert asked in composed(council, "miriam", "concern_with")
    assert "You raised this private concern" in composed(council, "tom", "concern_raiser")
    assert composed(council, "ben", "concern_asked") == "PC-1\nYou have no part in this."
    assert composed(council, "priya", "concern_asked", concern=2) == ""
    agrees(council)
    redrawn = composed(council, "leo", "concern_asked", redraw=True)
    assert "Please" not in redrawn
    assert "Priya Nair recorded on Mon 23 Nov, 10:00 what was agreed with Miriam Stone." in redrawn


# --- past whom it is routed --------------------------------------------------------------------------------------------


def also(council: Council, name: str, role: str, unit: str = "childrens-services") -> PersonRow:
    return replace(council.row(name), role=role, unit=unit)


def readers(council: Council, about: str) -> list[str]:
    """Who will read a concern about somebody, as the form says."""
    shown = said(council.form("tom", "concern", None, coordinator=council.row(about).email)).splitlines()
    first = shown.index("Who will read this") + 1
    return [line for line in shown[first:] if not line.startswith(("Nobody else", "<"))]


@pytest.mark.parametrize(
    ("more", "gone", "expected"),
    [
        # the coordinator is the CPC team manager: the service manager agrees in that place
        (
            [("ben", "cpc_team_manager", "childrens-services")],
            ["Miriam Stone"],
            [
                "Leo Fisher and Priya Nair (team manager), asked to agree a resolution",
                "Gareth Lyle (children's service manager), with whom it is agreed",
            ],
        ),
        # the coordinator manages the raiser's team, with nobody beside them: it begins with the service manager
        (
            [("ben", "team_manager", "east-1")],
            ["Leo Fisher", "Priya Nair"],
            ["Gareth Lyle (children's service manager), who records the outcome"],
        ),
        # one of several team managers is the coordinator
        (
            [("ben", "team_manager", "east-1")],
            [],
            [
                "Leo Fisher and Priya Nair (team manager), asked to agree a resolution",
                "Miriam Stone (CPC team manager), with whom it is agreed",
                "Only if it stays unresolved: Gareth Lyle (children's service manager)",
            ],
        ),
        # the raiser is a team manager as well; another holds the role further up
        (
            [("tom", "team_manager", "east-1"), ("joan", "team_manager", "east")],
            ["Leo Fisher", "Priya Nair"],
            [
                "Joan Hartley (team manager), asked to agree a resolution",
                "Miriam Stone (CPC team manager), with whom it is agreed",
                "Only if it stays unresolved: Gareth Lyle (children's service manager)",
            ],
        ),
        # the team manager and the CPC team manager are one person, who cannot agree with herself
        (
            [("miriam", "team_manager", "east-1")],
            ["Leo Fisher", "Priya Nair"],
            ["Gareth Lyle (children's service manager), who records the outcome"],
        ),
        # the service manager is the team manager too: fresh eyes further up
        (
            [("gareth", "team_manager", "east-1"), ("ruth", "children_service_manager", "childrens-services")],
            ["Leo Fisher", "Priya Nair"],
            [
                "Gareth Lyle (team manager), asked to agree a resolution",
                "Miriam Stone (CPC team manager), with whom it is agreed",
                "Only if it stays unresolved: Ruth Adeyemi (children's service manager)",
            ],
        ),
    ],
)  # fmt: skip
def test_it_is_routed_past_those_whom_it_concerns(
    council: Council, more: list[tuple[str, str, str]], gone: list[str], expected: list[str]
) -> None:
    kept = [row for row in council.rows if row.name not in gone]
    changed_people(council, [*kept, *(also(council, *each) for each in more)])
    assert readers(council, "ben") == expected
    raises(council)
    assert NOT_YOURS in said(council.types("ben", "concern PC-1"))
    assert ("ben", "concern_asked") not in waiting(council)


def test_a_part_that_nobody_holds_is_told_in_neutral_words_and_filled_by_itself(council: Council) -> None:
    changed_people(council, without(council, "team_manager", "children_service_manager"))
    raises(council)
    needs = "A private matter, PC-1, needs somebody for East safeguarding team 1 or above it in the role Children's service manager."
    assert any(sentence.startswith(needs) for sentence in listed(council))
    assert not any(name in sentence for sentence in listed(council) for name in ("Tom", "Ben", "practice"))
    assert "An administrator has been told that somebody is missing." in said(
        council.types("tom", "concern PC-1")
    )
    rounds.go(council.office)
    assert not [name for name, notice in waiting(council) if notice == "concern_then"]
    changed_people(council, without(council, "team_manager"))
    assert ("gareth", "concern_then") in waiting(council)
    assert "Please record its outcome." in composed(council, "gareth", "concern_then")
    assert listed(council) == [
        "Nobody holds the role Team manager for East safeguarding team 1 or above it. Add the person to people.csv and import it."
    ]


def test_when_all_who_were_asked_have_left_it_goes_to_who_is_there(council: Council) -> None:
    raises(council)
    rest = [row for row in council.rows if row.name not in ("Leo Fisher", "Priya Nair")]
    changed_people(council, [*rest, also(council, "joan", "team_manager", "east-1")])
    assert ("joan", "concern_asked") in waiting(council)
    assert "PC-1 · private" in said(council.types("joan", "concern PC-1"))
    agreed = agrees(council, "joan")
    assert "Saved." in said(agreed)


def test_when_nobody_asked_is_left_it_goes_to_the_service_manager(council: Council) -> None:
    raises(council)
    changed_people(council, without(council, "team_manager"))
    assert ("gareth", "concern_then") in waiting(council)
    assert "Gareth Lyle recorded the outcome" in said(does(council, "gareth", "outcome", outcome="Settled."))


def test_when_the_coordinators_manager_has_left_the_next_is_asked(council: Council) -> None:
    raises(council)
    changed_people(
        council, [*without(council, "cpc_team_manager"), also(council, "sally", "cpc_team_manager")]
    )
    assert ("sally", "concern_with") in waiting(council)
    assert "Saved." in said(agrees(council, "priya", "sally"))


# --- what is done about it ------------------------------------------------------------------------------------------------


def test_a_resolution_is_agreed_by_either_side_with_the_other(council: Council) -> None:
    raises(council)
    assert "Saved." in said(agrees(council, "miriam", "leo"))
    told = {(name, notice) for name, notice in waiting(council) if notice == "concern_agreed"}
    assert told == {(name, "concern_agreed") for name in ("tom", "priya", "leo")}
    again = said(agrees(council, "priya"))
    assert (
        "Miriam Stone recorded on Mon 23 Nov, 10:00 what was agreed with Leo Fisher. Nothing has changed."
        in again
    )
    assert "Only Tom Ellery can do this." in said(does(council, "priya", "further", unresolved="x"))


def test_it_is_agreed_with_those_listed_only(council: Council) -> None:
    raises(council)
    assert agrees(council, "priya", "gareth") == Mistakes({"with_": "Choose one of the people listed."})
    assert agrees(council, "priya", "leo") == Mistakes({"with_": "Choose one of the people listed."})


def test_who_raised_it_may_say_after_a_resolution_that_it_is_unresolved(council: Council) -> None:
    raises(council)
    agrees(council)
    assert "If it is still unresolved, you can take it to the children's service manager." in composed(
        council, "tom", "concern_agreed", entry=2
    )
    shown = said(council.types("tom", "concern-further PC-1"))
    assert "Gareth Lyle (children's service manager)" in shown
    assert "Saved." in said(does(council, "tom", "further", unresolved="He still decides alone."))
    lead = "A private concern of Tom Ellery about the practice of a child protection coordinator is unresolved, and comes to you."
    assert lead in composed(council, "gareth", "concern_then", entry=3)
    assert {name for name, notice in waiting(council) if notice == "concern_taken_further"} == {
        "priya",
        "leo",
        "miriam",
    }
    assert "Only Gareth Lyle can do this." in said(does(council, "priya", "outcome", outcome="x"))
    assert "PC-1 · private, closed" in said(does(council, "gareth", "outcome", outcome="A joint visit."))
    for step, words in (
        ("note", {"text": "x"}),
        ("outcome", {"outcome": "x"}),
        ("further", {"unresolved": "x"}),
    ):
        assert "Nothing has changed." in said(does(council, "gareth", step, **words)), step
    assert "A joint visit." in said(council.types("tom", "concern PC-1"))


def test_notes_are_read_by_all_who_read_it(council: Council) -> None:
    raises(council)
    assert "Saved." in said(does(council, "priya", "note", text="I have a date with Miriam."))
    assert "I have a date with Miriam." in composed(council, "tom", "concern_noted", entry=2)
    assert "Priya Nair added a note on Mon 23 Nov, 10:00." in composed(
        council, "leo", "concern_noted", entry=2
    )
    does(council, "tom", "note", text="Thank you.")
    shown = said(council.types("miriam", "concern PC-1"))
    assert shown.index("I have a date") < shown.index("Thank you.")


def test_every_button_that_somebody_sees_works_for_them(council: Council) -> None:
    raises(council)
    for name in ("tom", "priya", "miriam"):
        reply = council.types(name, "concern")
        assert isinstance(reply, Say)
        for part in reply.card.parts:
            for button in getattr(part, "items", ()):
                if hasattr(button, "command"):
                    assert let_in(council.presses(name, button.command, **dict(button.arguments))), button


def test_a_form_that_is_sent_twice_has_one_effect(council: Council) -> None:
    values = {"coordinator": council.row("ben").email, "concern": CONCERN, "tried": TRIED}
    context = dict(council.form("tom", "concern", None, **values).context)
    for _ in range(2):
        council.sends("tom", "concern", context, key="same", **values)
    for _ in range(2):
        council.sends("tom", "concern-note", {"concern": "PC-1"}, key="again", text="A note.")
    with council.office.database.read() as session:
        assert concerns.open_ids(session) == [1]
        found = concerns.load(session, 1)
        assert found is not None
        assert len(found.entries) == 2


# --- reminding --------------------------------------------------------------------------------------------------------------


def reminders(council: Council) -> dict[str, str]:
    """Who will be reminded, and when."""
    with council.office.database.read() as session:
        return {
            row.name.split()[0].lower(): f"{found[0].due_at:%Y-%m-%d %H:%M}"
            for row in council.rows
            if (found := outbox.waiting_for(session, row.email, ["concern_still"]))
        }


def test_all_with_a_part_are_reminded_once_after_five_working_days(council: Council) -> None:
    raises(council)
    due = "2026-11-30 09:00"
    assert reminders(council) == dict.fromkeys(("tom", "priya", "leo", "miriam"), due)
    does(council, "tom", "note", text="I wait.")
    assert set(reminders(council)) == {"tom", "priya", "leo", "miriam"}, "A note of one's own is no answer."
    words = "Nothing has been recorded on this private concern for 5 working days."
    assert words in composed(council, "priya", "concern_still", level=1)
    assert f"{words} You can take it to the children's service manager." in composed(
        council, "tom", "concern_still", level=1
    )


@pytest.mark.parametrize("step", ["note", "agree"])
def test_once_something_is_recorded_nobody_is_reminded(council: Council, step: str) -> None:
    raises(council)
    if step == "note":
        does(council, "leo", "note", text="We meet on Friday.")
    else:
        agrees(council)
    assert reminders(council) == {}
    assert composed(council, "priya", "concern_still", level=1) == ""
    assert "Nothing has been recorded" not in composed(
        council, "priya", "concern_still", level=1, redraw=True
    )


def test_the_service_manager_is_reminded_in_turn(council: Council) -> None:
    raises(council)
    council.wait(days=2)
    does(council, "tom", "further", unresolved="All of it.")
    assert reminders(council) == dict.fromkeys(("tom", "gareth"), "2026-12-02 09:00")
    assert composed(council, "priya", "concern_still", level=1) == ""
    does(council, "gareth", "outcome", outcome="Settled.")
    assert reminders(council) == {}


# --- the audit ---------------------------------------------------------------------------------------------------------------


def test_the_audit_names_what_was_done_and_none_of_the_words(council: Council) -> None:
    raises(council)
    agrees(council)
    council.types("tom", "concern PC-1")
    does(council, "tom", "further", unresolved="He still decides alone.")
    with council.office.database.read() as session:
        assert audit.verify(session) is None
        rows = list(session.connection().exec_driver_sql("SELECT action, subject, body FROM audit"))
    assert [tuple(row)[:2] for row in rows] == [
        ("concern_raised", "PC-1"),
        ("concern_agreed", "PC-1"),
        ("concern_read", "PC-1"),
        ("concern_taken_further", "PC-1"),
    ]
    assert [row[2] for row in rows] == ['{"entry": 1}', '{"entry": 2}', "{}", '{"entry": 3}']
