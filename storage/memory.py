"""Small facts that the program must remember from one pass to the next."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session

from storage.statements import for_each_database, link, pick, table
from storage.tables import Setting


def _remembering(insert: Any) -> Any:
    new = insert(table(Setting))
    return new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value})


_RECALL = select(table(Setting).c.value).where(table(Setting).c.name == bindparam("wanted"))
_REMEMBER = for_each_database(_remembering)


def recall(session: Session, name: str) -> str | None:
    """What was remembered under this name, or None."""
    return link(session).execute(_RECALL, {"wanted": name}).scalar()


def recall_all(session: Session, prefix: str) -> dict[str, str]:
    """All that was remembered under names that begin so, by the rest of the name."""
    name, value = table(Setting).c.name, table(Setting).c.value
    query = select(name, value).where(name.startswith(prefix, autoescape=True))
    return {row.name.removeprefix(prefix): row.value for row in link(session).execute(query)}


def remember(session: Session, name: str, value: str) -> None:
    """Remember it, in place of what was remembered before; whoever does so at the same time comes before or after."""
    connection = link(session)
    connection.execute(pick(_REMEMBER, connection), {"name": name, "value": value})
