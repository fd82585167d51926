"""Parts that people take in turn: whose turn it is for a challenge, and giving it to them (NC-2, CT-10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from commands.desk import Desk
from commands.problem_notes import report_problem
from commands.record import Record
from commands.vocabulary import Button, Option, Part, Small
from procedures.dates import long_date, short_date
from procedures.engine import Status
from procedures.rota import LeftOut, Member, Place, joins_with, order, turns
from procedures.schema import Procedure, Rota
from procedures.steps import Reassigned
from storage import allocations, people, plans
from storage.allocations import Pool


@dataclass(frozen=True)
class Turns:
    """A pool as it stands now: everybody in the order of turns, and with which count newcomers begin."""

    pool: Pool
    places: tuple[Place, ...]
    joining: Mapping[str, int]
    leaving: frozenset[str]

    @property
    def able(self) -> list[str]:
        """Those who can take a turn, in order."""
        return turns(self.places, len(self.places))

    def left_out(self) -> list[Place]:
        """Those who cannot take one this time, with the reason."""
        return [place for place in self.places if place.left_out is not None]


def rota_of(procedure: Procedure, role: str) -> Rota | None:
    """How people take turns in a role; None where they do not."""
    data = procedure.role.get(role)
    return None if data is None else data.rota


def last_of_all(record: Record, wanted: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Parts and roles in the order in which people must be found: turns last, because they depend on who is involved."""
    return sorted(wanted, key=lambda each: rota_of(record.procedure, each[1]) is not None)


def turns_for(desk: Desk, record: Record, role: str) -> Turns | None:
    """Whose turn it is for a challenge; None where nobody holds the role for its team."""
    rule = rota_of(record.procedure, role)
    found = turns_in(desk, record.procedure, role, desk.office.authority.upwards(record.head.unit))
    if rule is None or found is None:
        return None
    has_it = allocations.held(desk.session, record.head.id, role)
    involved: set[str] = set()
    if rule.not_involved:
        involved = allocations.involved(
            desk.session, record.head.case_reference, but=(record.head.id, role)
        ) | {
            record.head.raiser,
            *(party.email for party in record.stored.parties if party.role != role),
            *plans.working_with(desk.session, record.head.case_reference),
        }
    members = [place.member for place in found.places]
    places = order(members, away=desk.absences, involved=involved, has_it=has_it)
    return replace(found, places=tuple(places))


def turns_in(desk: Desk, procedure: Procedure, role: str, units: tuple[str, ...]) -> Turns | None:
    """Whose turn it is in the pool nearest to a team (`units` are its unit and those above it), whatever the case."""
    unit, holders = people.nearest(desk.session, role, units)
    if not holders:
        return None
    pool = Pool(procedure.id, role, unit)
    known = allocations.members(desk.session, pool)
    here = {person.email for person in holders}
    staying = [member for email, member in known.items() if email in here]
    begins = joins_with(staying, desk.absences)
    joining = dict.fromkeys(sorted(here - known.keys()), begins)
    members = [*staying, *(Member(email, begins=begins) for email in joining)]
    return Turns(pool, tuple(order(members, away=desk.absences)), joining, frozenset(known.keys() - here))


def given(desk: Desk, record: Record, role: str) -> list[str]:
    """Who has the part in a challenge: those who were given it at an earlier stage, and those whose turn it is now.

    Whoever is away or involved is never given it. Where too few are left, an administrator, the raiser and those who may name
    somebody are told at once.
    """
    rule = rota_of(record.procedure, role)
    if rule is None:
        return []
    have = _still_here(desk, record, role)
    if len(have) >= rule.take:
        return have
    allocations.take_turns(desk.session)
    found = turns_for(desk, record, role)
    if found is None:
        return have
    new = turns(found.places, rule.take - len(have))
    _renew(desk, found)
    _give(desk, record, found.pool, new, "turn")
    if len(have) + len(new) < rule.take:
        _nobody_left(desk, record, role, rule, found, [*have, *new])
    return [*have, *new]


def _still_here(desk: Desk, record: Record, role: str) -> list[str]:
    """Those who have the part; whoever has left the council has it no longer."""
    have: list[str] = []
    for email in allocations.held(desk.session, record.head.id, role):
        person = people.person(desk.session, email)
        if person is not None and person.active:
            have.append(email)
        else:
            allocations.end(desk.session, record.head.id, role, email, desk.now)
    return have


def _give(desk: Desk, record: Record, pool: Pool, emails: list[str], how: str) -> None:
    allocations.give(
        desk.session,
        pool,
        emails,
        challenge_id=record.head.id,
        stage_number=record.head.stage_number,
        how=how,
        at=desk.now,
    )


def _renew(desk: Desk, found: Turns) -> None:
    """Those who take turns in a pool are those who hold the role now."""
    allocations.set_members(
        desk.session, found.pool, joining=found.joining, leaving=found.leaving, at=desk.now
    )


def passed_on(desk: Desk, record: Record, step: Reassigned) -> None:
    """Somebody's part passes to another: so does the turn that it counts as."""
    if rota_of(record.procedure, step.role) is None:
        return
    allocations.take_turns(desk.session)
    if step.leaves:
        allocations.end(desk.session, record.head.id, step.role, step.leaves, desk.now)
    if step.joins in allocations.held(desk.session, record.head.id, step.role):
        return
    found = turns_for(desk, record, step.role)
    if found is not None:
        _renew(desk, found)
    pool = found.pool if found is not None else Pool(record.procedure.id, step.role, record.head.unit)
    _give(desk, record, pool, [step.joins], "named")


def _nobody_left(desk: Desk, record: Record, role: str, rule: Rota, found: Turns, have: list[str]) -> None:
    name = record.procedure.role_name(role)
    needed = f"the {name}" if rule.take == 1 else f"{rule.take} people as {name}"
    who = f"only {desk.name_all(have, 'and')}" if have else "nobody"
    why = "; ".join(
        f"{desk.name(place.member.email)} {why_left_out(desk, place)}"
        for place in found.left_out()
        if place.left_out is not LeftOut.has_it
    )
    sentence = (
        f"{record.reference} needs {needed}, and {who} can take the part: {why or 'nobody else holds the role'}. "
        f"{_remedy(record, rule)}"
    )
    units = desk.office.authority.upwards(record.head.unit)
    naming = [person.email for each in rule.named_by for person in people.holders(desk.session, each, units)]
    report_problem(desk, f"nobody:turn:{record.head.id}:{role}", sentence, record, also=naming)


def _remedy(record: Record, rule: Rota) -> str:
    reassign = f"/challenge reassign {record.reference}"
    if rule.named_by:
        return f"Name somebody with /challenge name {record.reference}, or pass the part on with {reassign}."
    return f"Give the part to somebody with {reassign}."


def why_left_out(desk: Desk, place: Place) -> str:
    """Why somebody is passed over, behind their name: "is away until Friday 4 December 2026"."""
    if place.left_out is LeftOut.away:
        away = desk.absences.get(place.member.email)
        return "is away" if away is None else f"is away until {long_date(away.last)}"
    if place.left_out is LeftOut.involved:
        return "works with the child, or has or had a part in a challenge about the same case"
    return "has the part already"


def colleagues(desk: Desk, found: Turns) -> tuple[Option, ...]:
    """Those who can take the part, in the order of turns, for a list to choose from."""
    options = []
    for number, place in enumerate((each for each in found.places if each.left_out is None), 1):
        label = f"{number}. {desk.name(place.member.email)} ({count_words(desk, place.member)})"
        options.append(Option(place.member.email, label if len(label) <= 75 else f"{label[:74]}…"))
    return tuple(options[:100])


def left_out_words(desk: Desk, found: Turns) -> tuple[Part, ...]:
    """Who is passed over and why; nothing where nobody is."""
    lines = [f"{desk.name(place.member.email)} {why_left_out(desk, place)}" for place in found.left_out()]
    return (Small(f"Left out: {'; '.join(lines)}."),) if lines else ()


def count_words(desk: Desk, member: Member) -> str:
    """What somebody's turn goes by: "2 turns, last on Mon 23 Nov 2026"; a newcomer's count with what it began with."""
    count = f"{member.count} turn{'' if member.count == 1 else 's'}"
    if member.last is None:
        return f"new, counted as {count}" if member.begins else "no turn yet"
    day = desk.office.today(member.last)
    began = f", {member.begins} of them to begin with" if member.begins else ""
    return f"{count}{began}, last on {short_date(day)} {day.year}"


def mine(desk: Desk, record: Record) -> list[str]:
    """The roles in which the person has a part at the present stage that was given to them in turn, and so could swap."""
    if record.standing.status is not Status.open:
        return []
    return [
        role
        for role, data in record.procedure.role.items()
        if data.rota is not None
        and desk.actor.email in record.holders((role,))
        and desk.actor.email in allocations.held(desk.session, record.head.id, role)
    ]


def naming(desk: Desk, record: Record) -> list[str]:
    """The roles with turns for which the person may name somebody: they hold one of the roles that may, for the team or above."""
    chain = set(desk.office.authority.upwards(record.head.unit))
    held = {role for role, unit in desk.roles if unit in chain}
    return [
        role
        for role, data in record.procedure.role.items()
        if data.rota is not None and held & set(data.rota.named_by)
    ]


def places(desk: Desk, record: Record) -> tuple[Option, ...]:
    """The places of the present stage that the person may fill: the role and who has it now, or nobody yet."""
    if record.standing.status is not Status.open:
        return ()
    options: list[Option] = []
    for role in naming(desk, record):
        rule = rota_of(record.procedure, role)
        if rule is None or role not in record.standing.now.stage.roles():
            continue
        title = record.procedure.role_title(role)
        held = record.holders((role,))
        options += [Option(f"{role}|{email}", f"{title}: {desk.name(email)}"[:75]) for email in held]
        if len(held) < rule.take:
            options.append(Option(f"{role}|", f"{title}: nobody yet"[:75]))
    return tuple(options)


def turn_buttons(desk: Desk, record: Record) -> list[Button]:
    """The buttons of a challenge for those who have a part in turn, and for those who may name somebody for one."""
    this = {"challenge": record.reference}
    own = mine(desk, record)
    turns = turns_for(desk, record, own[0]) if own else None
    found = [] if turns is None or not turns.able else [Button("Ask a colleague to swap", "swap", this)]
    return [*found, Button("Name somebody else", "name", this)] if places(desk, record) else found
