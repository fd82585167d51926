"""Taking turns on PostgreSQL, where several programs work at once. On SQLite every writing transaction has its turn already."""

from __future__ import annotations

from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from storage import troubles
from storage.statements import link
from storage.troubles import DatabaseBusy

_ROUNDS = text("SELECT pg_advisory_xact_lock(1667784044)")
"""Any number that nobody else uses; `storage.database` has one for the migration."""
_PEOPLE = text("LOCK TABLE person IN SHARE ROW EXCLUSIVE MODE")


class NotYourTurn(DatabaseBusy):
    """The database was held by somebody else's change for too long, so this was not saved. Please try again in a moment."""


def for_rounds(session: Session) -> None:
    """Wait until no other replica looks for what is due, and have the others wait until the transaction ends.

    Raises NotYourTurn when another one takes long over it.
    """
    try:
        _take(session, _ROUNDS)
    except DBAPIError as error:
        if isinstance(troubles.of(error), DatabaseBusy):
            raise NotYourTurn from None
        raise


def for_people(session: Session) -> None:
    """Wait until nobody else changes who works here: two lists that are taken in at once come one after the other."""
    _take(session, _PEOPLE)


def _take(session: Session, statement: TextClause) -> None:
    connection = link(session)
    if connection.dialect.name == "postgresql":
        connection.execute(statement)
