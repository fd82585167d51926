"""The procedures under which challenges and concerns began, each as its file was then."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from storage.statements import for_each_database, link, pick, table
from storage.tables import ProcedureText

_PROCEDURE = table(ProcedureText)
_KEEP = for_each_database(
    lambda insert: insert(_PROCEDURE).on_conflict_do_nothing(index_elements=["procedure", "version"])
)


def keep_procedure(session: Session, procedure: str, version: str, body: str) -> None:
    """Remember a procedure file as it is now, once, also when two challenges are the first to begin under it at one time."""
    connection = link(session)
    which = (_PROCEDURE.c.procedure == procedure) & (_PROCEDURE.c.version == version)
    if connection.execute(select(_PROCEDURE.c.version).where(which)).first() is None:
        row = {"procedure": procedure, "version": version, "body": body}
        connection.execute(pick(_KEEP, connection), row)


def procedure_text(session: Session, procedure: str, version: str) -> str | None:
    """The text of a procedure as it was when a challenge began."""
    row = session.exec(
        select(ProcedureText).where(
            col(ProcedureText.procedure) == procedure, col(ProcedureText.version) == version
        )  # type: ignore[call-overload]
    ).first()
    return None if row is None else row[0].body
