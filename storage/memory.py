"""Small facts that the program must remember from one pass to the next."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session

from storage.statements import for_each_database, link, pick, table
from storage.tables import Setting

_SETTING = table(Setting)


def recall(session: Session, name: str) -> str | None:
    """What was remembered under this name, or None."""
    return link(session).execute(select(_SETTING.c.value).where(_SETTING.c.name == name)).scalar()


_REMEMBER = for_each_database(
    lambda insert: (new := insert(_SETTING)).on_conflict_do_update(
        index_elements=["name"], set_={"value": new.excluded.value}
    )
)


def remember(session: Session, name: str, value: str) -> None:
    """Remember it, in place of what was remembered before; of two replicas that do so at once the later wins."""
    connection = link(session)
    connection.execute(pick(_REMEMBER, connection), {"name": name, "value": value})
