"""What must hold after every fault, whatever it was: nothing lost, nothing doubled, nothing half-written, nothing told by the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from sqlalchemy import select

from storage import audit, problems
from storage.database import Database
from storage.statements import table
from storage.tables import Audit, Outbox, Posting
from storage.undelivered import PROBLEM

_OUTBOX, _POSTING, _AUDIT = table(Outbox), table(Posting), table(Audit)


def holds(database: Database, keys: Counter[str], *, log: str = "", unsaid: Collection[str] = ()) -> None:
    """Nothing is under way any more. `keys`: how often each stands at the platform; `unsaid`: what the log must not hold."""
    doubled = {key: count for key, count in keys.items() if count > 1}
    assert not doubled, f"Sent more than once: {doubled}"
    with database.read() as session:
        connection = session.connection()
        rows = connection.execute(select(_OUTBOX)).all()
        assert not [row.key for row in rows if row.look], "Nobody has looked for these."
        lost = {row.key: row.state for row in rows if row.state in ("waiting", "claimed")}
        assert not lost, f"Not delivered: {lost}"
        assert {row.key for row in rows if row.state == "sent"} == set(keys)
        listed = {problem.key for problem in problems.open_problems(session)}
        unknown = [row.key for row in rows if row.state == "failed" and PROBLEM + row.key not in listed]
        assert not unknown, f"Failed, and nobody knows: {unknown}"
        assert {row.key for row in connection.execute(select(_POSTING))} == set(keys)
        written = connection.execute(select(_AUDIT.c.number).where(_AUDIT.c.action == "sent")).all()
        assert len(written) == len(keys), "The audit has another number of messages."
        broken = audit.verify(session)
        assert broken is None, str(broken)
    told = [words for words in unsaid if words in log]
    assert not told, f"The log says {told}"
