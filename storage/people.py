"""The people who work here and the roles they hold. They are known by their e-mail address in lower case."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import bindparam, delete, insert, select, tuple_, update
from sqlmodel import Session

from storage.prepared import Prepared
from storage.statements import link, table
from storage.tables import Absence, Holding
from storage.tables import Person as PersonRow

Platform = str
"""A chat platform by our word for it: slack or teams."""
_PERSON = table(PersonRow)
_HOLDING = table(Holding)
_ABSENCE = table(Absence)
_ID = {"slack": _PERSON.c.slack_user_id, "teams": _PERSON.c.teams_user_id}
_ID_COLUMNS = ("slack_user_id", "teams_user_id")
_HOLDING_COLUMNS = (_HOLDING.c.email, _HOLDING.c.role, _HOLDING.c.unit)


class Listed(Protocol):
    """A row of the people's file: one role that one person holds. An empty id means that it is not known."""

    @property
    def email(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def slack_user_id(self) -> str | None: ...
    @property
    def teams_user_id(self) -> str | None: ...


@dataclass(frozen=True)
class Person:
    """Somebody who works here, or who worked here when they are not `active`. `language` is the one they chose to read in."""

    email: str
    name: str
    slack_user_id: str | None
    teams_user_id: str | None
    active: bool
    language: str = "en"


_PERSON_COLUMNS = [_PERSON.c[name] for name in Person.__dataclass_fields__]
_BY_EMAIL = select(*_PERSON_COLUMNS).where(_PERSON.c.email == bindparam("wanted"))
_BY_ID = {
    platform: Prepared(select(*_PERSON_COLUMNS).where(column == bindparam("wanted"), _PERSON.c.active))
    for platform, column in _ID.items()
}
_HOLDINGS = _HOLDING.join(_PERSON, _HOLDING.c.email == _PERSON.c.email)
_HOLDERS = (
    select(_HOLDING.c.unit, *_PERSON_COLUMNS)
    .select_from(_HOLDINGS)
    .where(_HOLDING.c.role == bindparam("wanted"), _PERSON.c.active)
    .where(_HOLDING.c.unit.in_(bindparam("units", expanding=True)))
    .order_by(_PERSON.c.name, _PERSON.c.email)
)
_ROLES_OF = (
    select(_HOLDING.c.role, _HOLDING.c.unit)
    .where(_HOLDING.c.email == bindparam("wanted"))
    .order_by(_HOLDING.c.role, _HOLDING.c.unit)
)
_HELD = select(_HOLDING.c.role, _HOLDING.c.unit).select_from(_HOLDINGS).where(_PERSON.c.active).distinct()


class ContradictingRows(ValueError):
    """The same person, or the same id, is listed in two ways. Nothing was changed."""

    def __init__(self, email: str, column: str, one: str, other: str) -> None:
        self.email, self.column = email, column
        self._values = (one, other)
        super().__init__(email, column)

    def __str__(self) -> str:
        one, other = self._values
        return (
            f"{self.email} is listed with the {self.column} {one} and with {other}. "
            "Each person has one name and one id on each platform in all their rows; nothing was changed."
        )


class SharedId(ValueError):
    """Two people are listed with one id. Nothing was changed."""

    def __init__(self, column: str, value: str, one: str, other: str) -> None:
        self.column, self.value, self.emails = column, value, (one, other)
        super().__init__(column, value)

    def __str__(self) -> str:
        one, other = self.emails
        return (
            f"The {self.column} {self.value} is listed for {one} and for {other}. "
            "An id belongs to one person only; nothing was changed."
        )


@dataclass(frozen=True)
class Changes:
    """What a list of people changes, each in the order of e-mail addresses. False when it changes nothing.

    `joined`, `returned` and `left` are addresses; `renamed` is (address, before, after), `ids` (address, column, before,
    after), where None is no id; `given` and `taken` are (address, role, unit).
    """

    joined: list[str]
    returned: list[str]
    left: list[str]
    renamed: list[tuple[str, str, str]]
    ids: list[tuple[str, str, str | None, str | None]]
    given: list[tuple[str, str, str]]
    taken: list[tuple[str, str, str]]

    def __bool__(self) -> bool:
        return any(getattr(self, part.name) for part in fields(self))


# The whole list at once


def apply_people(session: Session, rows: Sequence[Listed], at: datetime, *, dry_run: bool = False) -> Changes:
    """Make the people and their roles what the list says, and return what that changes; only return it with `dry_run`.

    Who is no longer listed becomes inactive, loses every role, and their absences end at `at`. An id that the list leaves
    empty stays as it is known, unless the list gives it to somebody else. Raises ContradictingRows or SharedId.
    """
    connection = link(session)
    listed = _gathered(rows)
    known = {row.email: Person(*row) for row in connection.execute(select(*_PERSON_COLUMNS))}
    held = {(row.email, row.role, row.unit) for row in connection.execute(select(*_HOLDING_COLUMNS))}
    wanted = {(_address(row.email), row.role.strip(), row.unit.strip()) for row in rows}
    after = _after(listed, known)
    changes = _compare(known, after, held, wanted)
    if changes and not dry_run:
        _write(session, known, after, taken=held - wanted, given=wanted - held)
        if changes.left:
            gone = _ABSENCE.c.email.in_(changes.left) & _ABSENCE.c.cancelled_at.is_(None)
            connection.execute(update(_ABSENCE).where(gone).values(cancelled_at=at))
    return changes


def _address(email: str) -> str:
    return email.strip().lower()


def _gathered(rows: Sequence[Listed]) -> dict[str, Person]:
    """One person for each address, from all their rows."""
    people: dict[str, Person] = {}
    owners: dict[tuple[str, str], str] = {}
    for row in rows:
        email = _address(row.email)
        now = Person(email, row.name.strip(), row.slack_user_id or None, row.teams_user_id or None, True)
        before = people.get(email, now)
        merged: dict[str, Any] = {}
        for column in ("name", *_ID_COLUMNS):
            one, other = getattr(before, column), getattr(now, column)
            if one and other and one != other:
                raise ContradictingRows(email, column, one, other)
            merged[column] = one or other
            if column in _ID_COLUMNS and merged[column]:
                owner = owners.setdefault((column, merged[column]), email)
                if owner != email:
                    raise SharedId(column, merged[column], owner, email)
        people[email] = Person(email, active=True, **merged)
    return people


def _after(listed: Mapping[str, Person], known: Mapping[str, Person]) -> dict[str, Person]:
    """Everybody as they will be: those listed with the ids known before, and the others as inactive."""
    given = {
        column: {getattr(person, column) for person in listed.values()} - {None} for column in _ID_COLUMNS
    }
    after: dict[str, Person] = {}
    for email, person in known.items():
        kept: dict[str, Any] = {
            column: None if getattr(person, column) in given[column] else getattr(person, column)
            for column in _ID_COLUMNS
        }
        after[email] = replace(person, active=False, **kept)
    for email, person in listed.items():
        if email in after:
            ids: dict[str, Any] = {
                column: getattr(person, column) or getattr(after[email], column) for column in _ID_COLUMNS
            }
            after[email] = replace(person, language=after[email].language, **ids)
        else:
            after[email] = person
    return after


def _compare(
    known: Mapping[str, Person],
    after: Mapping[str, Person],
    held: set[tuple[str, str, str]],
    wanted: set[tuple[str, str, str]],
) -> Changes:
    both = [(known[email], after[email]) for email in sorted(known)]
    return Changes(
        joined=sorted(after.keys() - known.keys()),
        returned=[new.email for old, new in both if new.active and not old.active],
        left=[new.email for old, new in both if old.active and not new.active],
        renamed=[(new.email, old.name, new.name) for old, new in both if old.name != new.name],
        ids=[
            (new.email, column, getattr(old, column), getattr(new, column))
            for old, new in both
            for column in _ID_COLUMNS
            if getattr(old, column) != getattr(new, column)
        ],
        given=sorted(wanted - held),
        taken=sorted(held - wanted),
    )


def _write(
    session: Session,
    known: Mapping[str, Person],
    after: Mapping[str, Person],
    taken: Collection[tuple[str, str, str]],
    given: Collection[tuple[str, str, str]],
) -> None:
    connection = link(session)
    changed = [person for email, person in after.items() if email in known and person != known[email]]
    if changed:
        emails = [person.email for person in changed]
        # First nobody has the ids that change hands: two people may have to swap theirs.
        nobody = dict.fromkeys(_ID_COLUMNS)
        connection.execute(update(_PERSON).where(_PERSON.c.email.in_(emails)).values(**nobody))
        this_one = update(_PERSON).where(_PERSON.c.email == bindparam("whose"))
        names = [column for column in Person.__dataclass_fields__ if column != "email"]
        connection.execute(
            this_one.values({column: bindparam(f"new_{column}") for column in names}),
            [
                {"whose": person.email, **{f"new_{name}": getattr(person, name) for name in names}}
                for person in changed
            ],
        )
    new = [vars(person) for email, person in after.items() if email not in known]
    if new:
        connection.execute(insert(_PERSON), new)
    for email, role, unit in taken:
        connection.execute(delete(_HOLDING).where(tuple_(*_HOLDING_COLUMNS) == tuple_(email, role, unit)))
    if given:
        connection.execute(
            insert(_HOLDING),
            [dict(zip(("email", "role", "unit"), holding, strict=True)) for holding in given],
        )


# One person


def person(session: Session, email: str) -> Person | None:
    """The person with this address, active or not; None when there is none."""
    row = link(session).execute(_BY_EMAIL, {"wanted": _address(email)}).first()
    return None if row is None else Person(*row)


def by_platform_id(session: Session, platform: Platform, user_id: str) -> Person | None:
    """The active person whom a chat platform knows under this id; None for a stranger and for who has left."""
    return next((Person(*row) for row in _BY_ID[platform].rows(session, {"wanted": user_id})), None)


def remember_platform_id(session: Session, email: str, platform: Platform, user_id: str) -> bool:
    """Note the id under which a platform knows an active person of whom no id is known there yet.

    False, and nothing is changed, when there is no such person, when another id of theirs is known, or when the id belongs
    to somebody else who is active: then the list of people must say what is right. From who has left it is taken over.
    """
    connection = link(session)
    column = _ID[platform]
    owner = connection.execute(select(*_PERSON_COLUMNS).where(column == user_id).with_for_update()).first()
    if owner is not None and owner.active:
        return bool(owner.email == _address(email))
    someone = _PERSON.c.email == _address(email)
    free = select(_PERSON.c.email).where(someone, _PERSON.c.active, column.is_(None)).with_for_update()
    if connection.execute(free).first() is None:
        return False
    if owner is not None:
        connection.execute(update(_PERSON).where(column == user_id).values({column: None}))
    connection.execute(update(_PERSON).where(someone).values({column: user_id}))
    return True


# Roles


def holders(session: Session, role: str, units: Sequence[str]) -> list[Person]:
    """Who holds a role for a case: `units` are the case's unit and those above it, the nearest first.

    The active people of the first unit in which somebody active holds the role, by name; empty when nobody does.
    """
    return nearest(session, role, units)[1]


def nearest(session: Session, role: str, units: Sequence[str]) -> tuple[str, list[Person]]:
    """The same, with the unit for which they hold it; "" when nobody does."""
    found: dict[str, list[Person]] = {}
    for unit, *columns in link(session).execute(_HOLDERS, {"wanted": role, "units": list(units)}):
        found.setdefault(unit, []).append(Person(*columns))
    return next(((unit, found[unit]) for unit in units if unit in found), ("", []))


def choose_language(session: Session, email: str, language: str) -> None:
    """Remember in which language a person reads, by its code."""
    chosen = update(_PERSON).where(_PERSON.c.email == _address(email)).values(language=language)
    link(session).execute(chosen)


def roles_of(session: Session, email: str) -> list[tuple[str, str]]:
    """The (role, unit) pairs that a person holds, sorted."""
    return [(row.role, row.unit) for row in link(session).execute(_ROLES_OF, {"wanted": _address(email)})]


def unheld(
    session: Session, roles: Collection[str], chains: Mapping[str, Sequence[str]]
) -> list[tuple[str, str]]:
    """The (role, unit) pairs for which `holders` finds nobody, sorted.

    `chains` gives for each unit that can have cases that unit and those above it, as `holders` wants them.
    """
    held = {(row.role, row.unit) for row in link(session).execute(_HELD)}
    return sorted(
        (role, unit)
        for role in roles
        for unit, chain in chains.items()
        if not any((role, above) in held for above in chain)
    )
