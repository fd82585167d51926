"""The table of rights in words, a line for each thing that can be asked for and the stages where the same people may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from commands.access import (
    ABOVE,
    COORDINATES,
    GIVES_OPINION,
    HOLDS,
    LISTED,
    PART_IN_CONCERN,
    TURN,
    Place,
    Use,
    allowed,
    places,
    positions,
    uses,
)
from procedures import private_concern
from procedures.authority import Authority
from procedures.engine import CONCERNED, OVERSEER, OWNER
from procedures.schema import RAISER, Procedure


def words(procedure: Procedure, who: Sequence[str], roles: Callable[[str], str]) -> str:
    """Who may, in words; `roles` gives the name of a role that the procedure does not have."""
    if not who:
        return "nobody"
    held = [each.removeprefix(HOLDS) for each in who if each.startswith(HOLDS)]
    above = [each.removeprefix(ABOVE) for each in who if each.startswith(ABOVE)]
    concern = [each.removeprefix(PART_IN_CONCERN) for each in who if each.startswith(PART_IN_CONCERN)]

    def name(role: str) -> str:
        return procedure.role_name(role) if role in procedure.role else roles(role)

    found = [_WORDS.get(each) or name(each) for each in who if ":" not in each]
    found += [f"every {name(role)}" for role in held]
    found += [f"the {name(role)} of the team or above" for role in above]
    found += [_CONCERN[part] for part in concern]
    return "; ".join(found)


_WORDS = {
    LISTED: "everybody on the list",
    CONCERNED: "everybody who has or had a part",
    OVERSEER: "whoever holds a role that oversees, for the team or above",
    OWNER: "whoever the action belongs to",
    RAISER: "whoever raised it",
    TURN: "whoever was given a part in turn",
    GIVES_OPINION: "whoever was asked",
    COORDINATES: "the child's coordinator",
}
_CONCERN = {
    private_concern.RAISER: "whoever raised the concern",
    private_concern.ASKED: "the manager who was asked",
    private_concern.WITH: "the manager with whom it is agreed",
    private_concern.THEN: "the service manager, once it has come there",
}


@dataclass(frozen=True)
class Line:
    """One line of the table: what is asked for, where, and who may."""

    procedure: Procedure
    use: Use
    places: tuple[Place, ...]
    who: tuple[str, ...]

    @property
    def where(self) -> str:
        """The stages, in words; "everywhere" for all of them, "" for what has no stage."""
        if not self.use.staged:
            return ""
        open_, stages = [place for place in self.places if not place.ended], len(self.procedure.stage)
        if len(open_) == stages and stages > 1:
            return "everywhere" if len(self.places) > stages else "every stage"
        return ", ".join(place.name for place in self.places)


def lines(procedure: Procedure, authority: Authority, command: str = "", role: str = "") -> list[Line]:
    """The table of a procedure; with `command` or `role` only what concerns it. Stages where the same people may share a line."""
    found: list[Line] = []
    for use in uses(procedure):
        if command and use.command != command:
            continue
        grouped: dict[frozenset[str], list[Place]] = {}
        for place in places(procedure) if use.staged else places(procedure)[:1]:
            if not role or any(
                allowed(use, authority, place, each) for each in positions(place) if each.role == role
            ):
                grouped.setdefault(frozenset(use.who(authority, place)), []).append(place)
        together = [Line(procedure, use, tuple(at), use.who(authority, at[0])) for at in grouped.values()]
        found += [line for line in together if line.who or command]
    return found
