"""What raising a challenge asks of the procedure: who may, by which way, for which teams, after which questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from commands.command import Draft
from commands.desk import Desk
from commands.errors import Refused
from commands.opening import text
from commands.vocabulary import Input, Kind, Option, Paragraph, Part, Small, Value
from procedures.dates import parse_date
from procedures.engine import BadStep, holding
from procedures.schema import Procedure, Question, Way
from storage import people, plans
from storage.plans import Plan

YES_NO = (Option("yes", "Yes"), Option("no", "No"))
_DATES = {
    "plan_start": "On which day did the child's plan begin?",
    "review": "On which day is the review?",
}


def may_raise(desk: Desk) -> bool:
    """Whether the person may raise a challenge under any procedure in use."""
    return any(desk.holds(holding(each, "raise")) for each in desk.procedures)


def procedures(desk: Desk) -> list[Procedure]:
    """The procedures under which the person may raise a challenge. Raises Refused when there is none."""
    in_use = desk.procedures
    found = [procedure for procedure in in_use if desk.holds(holding(procedure, "raise"))]
    if not found:
        names = dict.fromkeys(
            procedure.role_name(role) for procedure in in_use for role in holding(procedure, "raise")
        )
        raise Refused(
            f"Only a {' or '.join(names)} can raise a challenge here. If that is you, ask an administrator to add the role."
        )
    return found


def chosen_procedure(desk: Desk, draft: Draft) -> Procedure:
    """The procedure chosen so far, or the first."""
    found = procedures(desk)
    return next((procedure for procedure in found if procedure.id == draft.get("procedure")), found[0])


def ways(desk: Desk, procedure: Procedure) -> list[Way]:
    """The ways in that the person may use; at least one."""
    return [way for way in procedure.ways if desk.holds(way.by)] or procedure.ways[:1]


def chosen_way(desk: Desk, procedure: Procedure, draft: Draft) -> Way:
    """The way in chosen so far, or the first that the person may use."""
    found = ways(desk, procedure)
    return next((way for way in found if way.id == draft.get("way")), found[0])


def way_options(found: Iterable[Way]) -> tuple[Option, ...]:
    """The ways to choose from; where one is open only after so many reviews, it says so."""
    return tuple(
        Option(
            way.id,
            way.label,
            ""
            if way.after_review is None
            else f"Once the child's plan has had {_reviews(way.after_review)}.",
        )
        for way in found
    )


def _reviews(number: int) -> str:
    return "a review" if number == 1 else f"{number} reviews"


def question_parts(procedure: Procedure, draft: Draft) -> list[Input | Part]:
    """The questions that come first, up to the answer with which nothing can be raised; then where the matter belongs (CT-12)."""
    ends = refusing(procedure, draft)
    parts: list[Input | Part] = []
    for question in procedure.raising.ask:
        name = f"ask_{question.id}"
        parts.append(Input(name, question.question, Kind.CHOICE, options=YES_NO, redraws=True))
        if question is ends:
            return [*parts, Paragraph(question.otherwise, strong=True)]
    return parts


def refusing(procedure: Procedure, draft: Draft) -> Question | None:
    """The first question whose answer means that nothing is raised, if there is one."""
    for question in procedure.raising.ask:
        if draft.get(f"ask_{question.id}") == ("yes" if question.refuse_when else "no"):
            return question
    return None


def answers(procedure: Procedure, more: Mapping[str, Value]) -> dict[str, bool]:
    """The answers to the questions that come first, as far as they were given."""
    given = {question.id: text(more, f"ask_{question.id}") for question in procedure.raising.ask}
    return {id_: answer == "yes" for id_, answer in given.items() if answer in ("yes", "no")}


def date_parts(procedure: Procedure) -> list[Input]:
    """The days from which windows or the overall limit count, where that is not a day of the challenge's own."""
    hint = "If you leave it empty, it is taken from the list of children on plans."
    return [Input(f"date_{each}", _DATES[each], Kind.DATE, False, hint) for each in _dates_of(procedure)]


def dates(
    desk: Desk, procedure: Procedure, case_reference: str, more: Mapping[str, Value]
) -> dict[str, date]:
    """Those days as they were entered, or as the list of plans has them. Raises BadStep for one that is none or not known."""
    plan = plans.of_case(desk.session, case_reference)
    known = {} if plan is None else {"plan_start": plan.row.plan_start, "review": _review(desk, plan)}
    found = {}
    for each in _dates_of(procedure):
        name, day = f"date_{each}", known.get(each)
        entered = text(more, name)
        try:
            day = parse_date(entered) if entered else day
        except ValueError as error:
            raise BadStep(name, str(error)) from None
        if day is None:
            raise BadStep(name, "The list of children on plans does not have this day. Please enter it.")
        found[each] = day
    return found


def _review(desk: Desk, plan: Plan) -> date | None:
    """The review that a challenge raised today is about: the next one, or the last when none is planned."""
    days = plan.row.reviews
    return next((day for day in days if day >= desk.today), days[-1] if days else None)


def _dates_of(procedure: Procedure) -> list[str]:
    wanted = {stage.window.from_ for stage in procedure.stage if stage.window is not None}
    if procedure.limit is not None:
        wanted.add(procedure.limit.from_)
    return [each for each in _DATES if each in wanted]


def units(desk: Desk, roles: Iterable[str]) -> dict[str, str]:
    """The teams for which the person may raise: those of these roles of theirs, and all below."""
    authority, wanted = desk.office.authority, set(roles)
    found: dict[str, str] = {}
    for role, unit in desk.roles:
        if role in wanted:
            found |= {id_: authority.unit_name(id_) for id_ in sorted(authority.within(unit))}
    parents = {each.parent for each in authority.unit}
    lowest = {id_: name for id_, name in found.items() if id_ not in parents}
    return lowest or found


def unit_parts(
    desk: Desk, draft: Draft, procedure: Procedure, way: Way, known: Mapping[str, str], unit: Input
) -> Iterable[Input | Part]:
    """The choice of the team, and of the people whom the raiser chooses for the case."""
    yield unit
    chosen_unit = draft.get("unit") or (unit.initial if isinstance(unit.initial, str) else "")
    if chosen_unit not in known:
        return
    for role in procedure.chosen_from(way.stage):
        name = procedure.role[role].name
        holders = people.holders(desk.session, role, desk.office.authority.upwards(chosen_unit))
        if len(holders) > 1:
            choices = tuple(Option(person.email, person.name) for person in holders)
            own = desk.actor.email if desk.actor.email in {person.email for person in holders} else None
            yield Input(f"chosen_{role}", name, Kind.LIST, options=choices, initial=own)
        elif holders:
            yield Small(f"{name}: {holders[0].name}")


def chosen_people(
    desk: Desk, procedure: Procedure, way: Way, unit: str, more: Mapping[str, Value]
) -> dict[str, str]:
    """Whom the raiser chose for the roles that the raiser chooses, by e-mail address. Raises BadStep for somebody else."""
    chosen: dict[str, str] = {}
    for role in procedure.chosen_from(way.stage):
        found = people.holders(desk.session, role, desk.office.authority.upwards(unit))
        holders = [person.email for person in found]
        picked = text(more, f"chosen_{role}") or (holders[0] if len(holders) == 1 else "")
        if picked and picked not in holders:
            name = procedure.role_name(role)
            raise BadStep(f"chosen_{role}", f"Choose one of the people listed: {name}.")
        if picked:
            chosen[role] = picked
    return chosen
