"""Who is away, and who covers for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import and_, bindparam, case, insert, select, update
from sqlmodel import Session

from storage.statements import link, table
from storage.tables import Absence, Person

Trouble = Literal["loop", "no cover", "away"]
_ABSENCE = table(Absence)
_PERSON = table(Person)


@dataclass(frozen=True)
class Away:
    """The days, first and last included, on which somebody is away. `cover` is None when nobody covers who still works here."""

    id: int
    email: str
    cover: str | None
    first: date
    last: date


@dataclass(frozen=True)
class StandIn:
    """Who acts for a person: `email`, reached over `chain`, which begins with the person.

    With a trouble, nobody does, and `email` is the person's own: "no cover" (away, and nobody is named), "away" (whoever
    would cover is away too, without cover), or "loop" (those who cover end up with each other).
    """

    email: str
    chain: tuple[str, ...]
    trouble: Trouble | None = None


class UnknownPerson(ValueError):
    """Nobody with that address works here."""

    def __init__(self, email: str) -> None:
        self.email = email
        super().__init__(email)

    def __str__(self) -> str:
        return f"Nobody with the address {self.email} works here. Choose somebody from the list of people."


class EndsBeforeItBegins(ValueError):
    """An absence cannot end before it begins. Give a last day that is the first day or later."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class OwnCover(ValueError):
    """Nobody can cover for themselves. Choose somebody else, or leave the cover empty."""

    def __str__(self) -> str:
        return self.__doc__ or ""


# A cover who has left covers no longer; the absence still tells who was meant.
_COLUMNS = (
    _ABSENCE.c.id,
    _ABSENCE.c.email,
    case((_PERSON.c.active, _ABSENCE.c.cover), else_=None).label("cover"),
    _ABSENCE.c.first,
    _ABSENCE.c.last,
)
_STANDING = (
    select(*_COLUMNS)
    .select_from(_ABSENCE.outerjoin(_PERSON, _ABSENCE.c.cover == _PERSON.c.email))
    .where(_ABSENCE.c.cancelled_at.is_(None), _ABSENCE.c.last >= bindparam("day"))
    .order_by(_ABSENCE.c.first, _ABSENCE.c.id)
)
_ON_DAY = _STANDING.where(_ABSENCE.c.first <= bindparam("day"))
_OF_PERSON = _STANDING.where(_ABSENCE.c.email == bindparam("wanted"))


def away_on(session: Session, day: date) -> dict[str, Away]:
    """Everybody who is away on a day, by address. Of two absences on one day the one recorded last counts."""
    found = [Away(*row) for row in link(session).execute(_ON_DAY, {"day": day})]
    return {away.email: away for away in sorted(found, key=lambda away: away.id)}


def absences_of(session: Session, email: str, day: date) -> list[Away]:
    """A person's absences that end on this day or later, in the order in which they begin."""
    return [Away(*row) for row in link(session).execute(_OF_PERSON, {"day": day, "wanted": email.lower()})]


def record_absence(
    session: Session, *, email: str, cover: str | None, first: date, last: date, at: datetime
) -> Away:
    """Note that somebody is away from `first` to `last`, both included, and who covers.

    Raises EndsBeforeItBegins, OwnCover, or UnknownPerson for an address, of either, that nobody active has.
    """
    email, cover = email.lower(), cover.lower() if cover else None
    if last < first:
        raise EndsBeforeItBegins
    if cover == email:
        raise OwnCover
    connection = link(session)
    for somebody in filter(None, (email, cover)):
        works_here = select(_PERSON.c.email).where(and_(_PERSON.c.email == somebody, _PERSON.c.active))
        if connection.execute(works_here).first() is None:
            raise UnknownPerson(somebody)
    values = {"email": email, "cover": cover, "first": first, "last": last, "recorded_at": at}
    added = connection.execute(insert(_ABSENCE).values(**values).returning(_ABSENCE.c.id)).scalar_one()
    return Away(added, email, cover, first, last)


def cancel_absence(session: Session, absence_id: int, at: datetime) -> bool:
    """Call an absence off: the person is there again. False when there is none, or it was called off before."""
    standing = and_(_ABSENCE.c.id == absence_id, _ABSENCE.c.cancelled_at.is_(None))
    return link(session).execute(update(_ABSENCE).where(standing).values(cancelled_at=at)).rowcount == 1


def stand_in(absences: Mapping[str, Away], email: str) -> StandIn:
    """Who acts for a person today: themselves, or the first along the chain of covers who is not away.

    `absences` is what `away_on` gives for the day.
    """
    chain = [email]
    while (away := absences.get(chain[-1])) is not None:
        if away.cover is None:
            return StandIn(email, tuple(chain), "no cover" if len(chain) == 1 else "away")
        if away.cover in chain:
            return StandIn(email, (*chain, away.cover), "loop")
        chain.append(away.cover)
    return StandIn(chain[-1], tuple(chain))
