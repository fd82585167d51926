"""Which requests have had their effect: platforms send the same one again when an answer is late or lost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlmodel import Session

from storage.prepared import Prepared
from storage.statements import for_each_database, link, table
from storage.tables import Handled

_HANDLED = table(Handled)
_NOTE = Prepared(
    for_each_database(lambda insert: insert(_HANDLED).inline().on_conflict_do_nothing(index_elements=["key"]))
)
_KNOWN = select(_HANDLED.c.key).where(_HANDLED.c.key == bindparam("key"))
_PRUNE = delete(_HANDLED).where(_HANDLED.c.at < bindparam("before"))


def first_time(session: Session, key: str, at: datetime) -> bool:
    """Note a request by the platform's own id of it, in the transaction of its effect; False when it was handled before.

    A second one that comes while the first is being handled waits until that is committed (False) or undone (True).
    """
    return _NOTE.run(session, {"key": key, "at": at}) == 1


def known(session: Session, key: str) -> bool:
    """Whether a request has had its effect already."""
    return link(session).execute(_KNOWN, {"key": key}).first() is not None


def prune(session: Session, before: datetime) -> int:
    """Forget what was handled before a moment, when no platform sends it again any more; returns how many."""
    return link(session).execute(_PRUNE, {"before": before}).rowcount
