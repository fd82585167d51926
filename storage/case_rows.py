"""All that is kept about one case, row by row, whatever table it is in. Private concerns are about no case and are never in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, or_, select
from sqlmodel import Session, SQLModel

from storage.statements import link, table
from storage.tables import Audit, Challenge, SecondOpinion

Rows = dict[str, list[dict[str, Any]]]
_CHALLENGE, _OPINION, _AUDIT = table(Challenge), table(SecondOpinion), table(Audit)


def of_case(session: Session, case_reference: str) -> Rows:
    """The rows by table, each as the program reads it (nothing encrypted, days and moments as ISO text); tables with none are left out."""
    connection = link(session)
    numbers = connection.execute(
        select(_CHALLENGE.c.id).where(_CHALLENGE.c.case_reference == case_reference).order_by(_CHALLENGE.c.id)
    ).scalars()
    ids = list(numbers)
    references = [f"CH-{number}" for number in ids]
    found: Rows = {}
    for rows in SQLModel.metadata.sorted_tables:
        which = _about(rows, case_reference, ids, references)
        if which is not None:
            query = select(rows).where(which).order_by(*rows.primary_key)
            found[rows.name] = [_plain(dict(row._mapping)) for row in connection.execute(query)]
    opinions = [
        _plain(dict(row._mapping))
        for row in connection.execute(select(_OPINION).order_by(_OPINION.c.id))
        if row.draft.get("values", {}).get("case_reference") == case_reference
    ]
    found[_OPINION.name] = opinions
    subjects = [
        *references,
        *(f"opinion {each['id']}" for each in opinions),
        *(f"hold {each['id']}" for each in found.get("legalhold", [])),
    ]
    query = select(_AUDIT).where(_AUDIT.c.subject.in_(subjects)).order_by(_AUDIT.c.number)
    found[_AUDIT.name] = [_plain(dict(row._mapping)) for row in connection.execute(query)]
    return {name: each for name, each in found.items() if each}


def _about(rows: Table, case_reference: str, ids: list[int], references: list[str]) -> Any:
    """How a table's rows are about the case: by its reference, by a challenge, or by a key that names one."""
    ways = []
    if "case_reference" in rows.c:
        ways.append(rows.c.case_reference == case_reference)
    ways += [key.parent.in_(ids) for key in rows.foreign_keys if key.column.table is _CHALLENGE]
    if rows.name in ("outbox", "posting"):
        ways += [rows.c.key.contains(f"{reference}:") for reference in references]
    return or_(*ways) if ways else None


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in row.items()
    }
