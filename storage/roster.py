"""Everybody at once: names, who is active, who holds which role. The single person is in `storage.people`."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlmodel import Session

from procedures.people import PersonRow
from storage.people import Person
from storage.prepared import Prepared
from storage.statements import link, table
from storage.tables import Holding
from storage.tables import Person as PersonTable

_PERSON = table(PersonTable)
_HOLDING = table(Holding)
_COLUMNS = [_PERSON.c[name] for name in Person.__dataclass_fields__]
_NAMES = select(_PERSON.c.email, _PERSON.c.name)
_ACTIVE = select(*_COLUMNS).where(_PERSON.c.active).order_by(_PERSON.c.name, _PERSON.c.email)
_HELD = (
    select(_HOLDING.c.email, _HOLDING.c.role, _HOLDING.c.unit)
    .select_from(_HOLDING.join(_PERSON, _HOLDING.c.email == _PERSON.c.email))
    .where(_PERSON.c.active)
    .order_by(_HOLDING.c.email, _HOLDING.c.role, _HOLDING.c.unit)
)


def names(session: Session) -> dict[str, str]:
    """Everybody's name by address, of those who have left as well."""
    return {row.email: row.name for row in link(session).execute(_NAMES)}


_FEW = Prepared(_NAMES.limit(bindparam("most")))
_NAME = Prepared(select(_PERSON.c.name).where(_PERSON.c.email == bindparam("whose")))


def few_names(session: Session, most: int) -> dict[str, str]:
    """So many people's names by address, of whomever; everybody's where there are no more."""
    return dict(_FEW.rows(session, {"most": most}))


def name_of(session: Session, email: str) -> str | None:
    """One person's name, also of those who have left; None for an unknown address."""
    return next((name for (name,) in _NAME.rows(session, {"whose": email})), None)


def active(session: Session) -> list[Person]:
    """Everybody who works here, by name."""
    return [Person(*row) for row in link(session).execute(_ACTIVE)]


def holdings(session: Session) -> list[tuple[str, str, str]]:
    """Every (address, role, unit) that an active person holds, sorted."""
    return [(row.email, row.role, row.unit) for row in link(session).execute(_HELD)]


def everyone_with(session: Session, role: str) -> list[Person]:
    """Everybody active who holds a role for any unit, by name."""
    holding = {email for email, held, _ in holdings(session) if held == role}
    return [person for person in active(session) if person.email in holding]


def listing(session: Session) -> list[PersonRow]:
    """The people's file as it is known now."""
    known = {person.email: person for person in active(session)}
    return [
        PersonRow(
            email,
            known[email].name,
            role,
            unit,
            known[email].slack_user_id,
            known[email].teams_user_id,
        )
        for email, role, unit in holdings(session)
    ]
