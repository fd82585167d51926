"""Rotas: whose turn it is among those who share a part (NC-2, CT-10). Pure: it is told who there is, and decides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LeftOut(StrEnum):
    """Why somebody is passed over this time."""

    away = "away"
    """They are away today."""
    involved = "involved"
    """They have or had a part in a challenge about the same case (CT-10)."""
    has_it = "has_it"
    """They have this part in this challenge already."""


@dataclass(frozen=True)
class Member:
    """Somebody who takes turns: the count they began with, the turns taken since, and when the latest was (None: none yet)."""

    email: str
    begins: int = 0
    taken: int = 0
    last: datetime | None = None

    @property
    def count(self) -> int:
        """What the turn goes by: the fewest come first."""
        return self.begins + self.taken


@dataclass(frozen=True)
class Place:
    """A member's place in the order of turns; with `left_out`, why they are passed over this time."""

    member: Member
    left_out: LeftOut | None = None


def order(
    members: Iterable[Member],
    *,
    away: Collection[str] = (),
    involved: Collection[str] = (),
    has_it: Collection[str] = (),
) -> list[Place]:
    """Everybody in the order of their turns, those who can take one first.

    The fewest turns come first, then whoever had none for longest (nobody had one for longer than who never had any), then
    the address, so that every replica decides the same. Whoever is left out is not made up for now, but their count stays
    behind, so that they come first once they are there again.
    """
    turns = sorted(members, key=lambda each: (each.count, each.last is not None, each.last, each.email))
    places = [Place(each, _why_not(each.email, away, involved, has_it)) for each in turns]
    return sorted(places, key=lambda place: place.left_out is not None)


def _why_not(
    email: str, away: Collection[str], involved: Collection[str], has_it: Collection[str]
) -> LeftOut | None:
    if email in has_it:
        return LeftOut.has_it
    if email in involved:
        return LeftOut.involved
    return LeftOut.away if email in away else None


def turns(places: Sequence[Place], take: int) -> list[str]:
    """Whose turn it is: `take` people, or as many as can; never somebody who is left out."""
    return [place.member.email for place in places if place.left_out is None][:take]


def joins_with(others: Iterable[Member], away: Collection[str] = ()) -> int:
    """The count with which a newcomer begins: the lowest of the others who are there.

    With 0 they would be given every turn until they had as many as the others, who have gathered theirs over months; with the
    highest they would wait for everybody else first. Whoever is away has fallen behind and says nothing about the others,
    unless everybody is away.
    """
    known = list(others)
    there = [each for each in known if each.email not in away] or known
    return min((each.count for each in there), default=0)
