"""What the messages to many people need, read for all of them at once; and what has happened since it was read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, literal_column, select, union
from sqlmodel import Session

from storage import audit
from storage.people import Person
from storage.prepared import Prepared
from storage.statements import is_literally, link, table
from storage.tables import Audit
from storage.tables import Challenge as ChallengeRow
from storage.tables import Holding as HoldingRow
from storage.tables import Party as PartyRow
from storage.tables import Person as PersonRow

_AUDIT, _CHALLENGE, _HOLDING, _PARTY, _PERSON = (
    table(each) for each in (Audit, ChallengeRow, HoldingRow, PartyRow, PersonRow)
)
_IS_OPEN = _CHALLENGE.c.status == literal_column("'open'")
_THESE: BindParameter[Any] = bindparam("these", expanding=True)
_PEOPLE = select(*(_PERSON.c[name] for name in Person.__dataclass_fields__)).where(
    _PERSON.c.email.in_(_THESE)
)
_ROLES = (
    select(_HOLDING.c.email, _HOLDING.c.role, _HOLDING.c.unit)
    .where(_HOLDING.c.email.in_(_THESE))
    .order_by(_HOLDING.c.email, _HOLDING.c.role, _HOLDING.c.unit)
)
_CONCERNING = union(
    select(_CHALLENGE.c.raiser.label("email"), _CHALLENGE.c.id).where(
        _CHALLENGE.c.raiser.in_(_THESE), _IS_OPEN
    ),
    select(_PARTY.c.email, _PARTY.c.challenge_id)
    .join(_CHALLENGE, _CHALLENGE.c.id == _PARTY.c.challenge_id)
    .where(_PARTY.c.email.in_(_THESE), _IS_OPEN),
)
_CONCERNED = union(
    select(_CHALLENGE.c.raiser).where(_CHALLENGE.c.id.in_(_THESE)),
    select(_PARTY.c.email).where(_PARTY.c.challenge_id.in_(_THESE)),
)
_SINCE = Prepared(
    select(_AUDIT.c.subject)
    .where(_AUDIT.c.number > bindparam("after"), ~is_literally(_AUDIT.c.action, "sent", "read"))
    .order_by(_AUDIT.c.number)
)


def people(session: Session, emails: Collection[str]) -> dict[str, Person]:
    """Those of these people who are known, active or not, by their address."""
    rows = link(session).execute(_PEOPLE, {"these": list(emails)})
    return {row.email: Person(*row) for row in rows}


def roles(session: Session, emails: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """The (role, unit) pairs that each of these people holds, sorted."""
    found: dict[str, list[tuple[str, str]]] = {email: [] for email in emails}
    for email, role, unit in link(session).execute(_ROLES, {"these": list(emails)}):
        found[email].append((role, unit))
    return found


def concerning(session: Session, emails: Collection[str]) -> dict[str, list[int]]:
    """The open challenges that each of these people raised or has a part in, the longest open first."""
    found: dict[str, list[int]] = {email: [] for email in emails}
    for email, number in link(session).execute(_CONCERNING, {"these": list(emails)}):
        found[email].append(number)
    return {email: sorted(ids) for email, ids in found.items()}


def moment(session: Session) -> int:
    """Where the audit ends now, by which `happened_since` knows what has happened later."""
    return audit.head(session).number


def happened_since(session: Session, moment: int) -> list[str]:
    """The subjects of all that was done since then, as the audit names them. Every change of what messages say is a row there, in the
    transaction that made it; readings and messages sent change nothing."""
    return [subject for (subject,) in _SINCE.rows(session, {"after": moment})]


def concerned(session: Session, challenge_ids: Sequence[int]) -> set[str]:
    """Everybody who raised one of these challenges, or has or had a part in it."""
    return (
        set(link(session).execute(_CONCERNED, {"these": list(challenge_ids)}).scalars())
        if challenge_ids
        else set()
    )
