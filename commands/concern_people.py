"""Who takes on a private concern: found from the raiser's own team upwards, past everybody whom it concerns (BR-13)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from commands.desk import Desk
from procedures.private_concern import ASKED, THEN, WITH
from procedures.schema import ConcernRule, Procedure
from storage import people, roster


@dataclass(frozen=True)
class Route:
    """The addresses of those who are asked, with whom they agree a resolution, and who has it when it stays unresolved."""

    asked: tuple[str, ...]
    with_: tuple[str, ...]
    then: tuple[str, ...]

    def of(self, part: str) -> tuple[str, ...]:
        """Those who have this part."""
        return {ASKED: self.asked, WITH: self.with_, THEN: self.then}[part]

    @property
    def level(self) -> int:
        """Where it begins: with the service manager where no other manager can take it on."""
        return 1 if self.asked else 2

    @property
    def first(self) -> dict[str, tuple[str, ...]]:
        """Who reads it at once, by part."""
        return {ASKED: self.asked, WITH: self.with_} if self.asked else {THEN: self.then}


def rule_of(procedure: Procedure) -> ConcernRule:
    """What the procedure says of private concerns. Raises LookupError for one that has none."""
    if procedure.concern is None:
        raise LookupError(f"The procedure {procedure.id} has no private concern.")
    return procedure.concern


def route(desk: Desk, procedure: Procedure, unit: str, raiser: str, about: str) -> Route:
    """Who takes it on. Whoever raised it and the coordinator are passed over, and nobody has two parts.

    Where nobody can agree a resolution with the manager asked (the coordinator may be that very person), the service manager does.
    """
    rule, parties = rule_of(procedure), {raiser, about}
    with_ = _nearest(desk, rule.with_, unit, parties)
    asked = _nearest(desk, rule.to, unit, {*parties, *with_})
    then = _nearest(desk, rule.then, unit, {*parties, *asked, *with_})
    return Route(asked, with_ or then, then)


def _nearest(desk: Desk, role: str, unit: str, but_not: Collection[str]) -> tuple[str, ...]:
    """The holders in the first unit, upwards, in which somebody holds the role who is not passed over."""
    for above in desk.office.authority.upwards(unit):
        holders = people.holders(desk.session, role, [above])
        found = tuple(person.email for person in holders if person.email not in but_not)
        if found:
            return found
    return ()


def teams(desk: Desk, rule: ConcernRule) -> dict[str, str]:
    """The teams for which the person may raise a concern, by id, with their names: those of their role, and all below."""
    authority = desk.office.authority
    units = {each for role, unit in desk.roles if role in rule.by for each in authority.within(unit)}
    parents = {each.parent for each in authority.unit}
    return {each.id: each.name for each in authority.unit if each.id in units and each.id not in parents} or {
        each.id: each.name for each in authority.unit if each.id in units
    }


def coordinators(desk: Desk, procedure: Procedure, unit: str) -> dict[str, str]:
    """Whom a concern can be about: all others who may raise challenges for the team, by address, with their names."""
    above = set(desk.office.authority.upwards(unit))
    able = {
        email
        for email, role, held in roster.holdings(desk.session)
        if role in procedure.raising.by and held in above
    }
    return {
        person.email: person.name
        for person in roster.active(desk.session)
        if person.email in able and person.email != desk.actor.email
    }
