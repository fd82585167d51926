"""Private concerns at the desk: who may see one, and who may do what (BR-13).

A cover stands in for nobody here: a private concern is read by the person it went to, or by nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from commands.concern_people import rule_of
from commands.concern_words import sentence
from commands.desk import Desk
from commands.errors import NotYours, Refused
from procedures.private_concern import ASKED, RAISER, THEN, WITH, Kind, waits_for, who_may
from procedures.schema import ConcernRule, Procedure
from storage import concerns, people, procedure_texts
from storage.concerns import Entry, Stored

ALL_PARTS = (RAISER, ASKED, WITH, THEN)
_REFERENCE = re.compile(r"PC[- ]?([0-9]{1,9})", re.IGNORECASE)


@dataclass(frozen=True)
class Matter:
    """One private concern with the procedure that it was raised under."""

    stored: Stored
    procedure: Procedure

    @property
    def reference(self) -> str:
        """How people name it: `PC-12`."""
        return self.stored.head.reference

    @property
    def rule(self) -> ConcernRule:
        """What the procedure says of it."""
        return rule_of(self.procedure)

    @property
    def last(self) -> Entry:
        """The newest step."""
        return self.stored.entries[-1]

    def holders(self, kind: Kind) -> list[str]:
        """Who may take this step now."""
        head = self.stored.head
        return self.stored.people(*who_may(kind, self.stored.status, head.level))

    def newest(self, *kinds: Kind) -> Entry | None:
        """The newest step of one of these kinds."""
        return next((entry for entry in reversed(self.stored.entries) if entry.kind in kinds), None)


def matter(desk: Desk, reference: str, *, for_change: bool = False) -> Matter:
    """A private concern that the actor may see. Raises Refused otherwise, in the same words whether or not it exists."""
    number = _REFERENCE.fullmatch(reference.strip())
    if number is None:
        raise Refused(
            "That is not the reference of a private concern. They look like PC-12; /challenge concern shows those that concern you."
        )
    found = of_office(desk, int(number.group(1)), for_change=for_change)
    if found is None or not may_see(desk, found):
        raise Refused(
            f"PC-{number.group(1)} is not a private concern of yours. /challenge concern shows those that concern you."
        )
    return found


def of_office(desk: Desk, number: int, *, for_change: bool = False) -> Matter | None:
    """A private concern for the program itself; None when there is none."""
    stored = concerns.load(desk.session, number, for_change=for_change)
    if stored is None:
        return None
    head = stored.head
    procedure = desk.office.library.of(
        head.procedure,
        head.version,
        lambda: procedure_texts.procedure_text(desk.session, head.procedure, head.version),
    )
    return Matter(stored, procedure)


def may_see(desk: Desk, found: Matter) -> bool:
    """Whether the actor has a part in it. The coordinator whom it is about never has, whatever their roles."""
    return desk.actor.email in found.stored.people(*ALL_PARTS)


def may(desk: Desk, found: Matter, kind: Kind) -> bool:
    """Whether the actor may take this step now."""
    return desk.actor.email in found.holders(kind)


def mine(desk: Desk) -> list[Matter]:
    """Those in which the actor has a part, the newest first."""
    numbers = concerns.concerning(desk.session, desk.actor.email)
    return [found for number in numbers if (found := of_office(desk, number)) is not None]


def check(desk: Desk, found: Matter, kind: Kind) -> None:
    """Raises NotYours, naming who may take this step, or Refused when nobody can any more."""
    if may(desk, found, kind):
        return
    able = found.holders(kind)
    if able:
        raise NotYours(f"Only {desk.name_all(able)} can do this.")
    done = found.newest(Kind.agreed, Kind.taken_further, Kind.concluded)
    first = f"{sentence(desk, found.procedure, done)}. " if done is not None else ""
    raise Refused(f"This cannot be done as {found.reference} stands now. {first}Nothing has changed.")


def active(desk: Desk, found: Matter, part: str) -> list[str]:
    """Who has this part and still works here."""
    everybody = ((email, people.person(desk.session, email)) for email in found.stored.people(part))
    return [email for email, person in everybody if person is not None and person.active]


def missing(desk: Desk, found: Matter) -> list[str]:
    """The parts without which it cannot be taken on as it stands, and which nobody has who still works here."""
    head = found.stored.head
    return [part for part in waits_for(found.stored.status, head.level) if not active(desk, found, part)]
