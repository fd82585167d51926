"""Whether the records still hold what the audit proves: each step, and how each challenge was opened, against the digest in its row.

The chain alone says that the audit is as it was written. What it is about stands in other tables, whose values somebody with the
database may exchange, sealed or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from storage import evidence
from storage.statements import link, table
from storage.tables import Entry

_ENTRY = table(Entry)
_KEY = (_ENTRY.c.challenge_id, _ENTRY.c.number)
AT_ONCE = 200
"""Challenges that are compared at a time."""


class _Written(NamedTuple):
    """What a row of the audit says was written."""

    row: int
    challenge: int
    step: int
    content: str
    opening: str | None


class Records:
    """Give `saw` every row of an audit that holds, then ask `unfit`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._waiting: list[_Written] = []
        self._proven: set[tuple[int, int]] = set()
        self._unfit: list[str] = []

    def saw(self, row: Mapping[str, Any]) -> None:
        """Compare what this row proves, now or with the next ones."""
        body = row["body"]
        if not isinstance(body, dict) or "content" not in body:
            return
        challenge = int(str(row["subject"]).removeprefix("CH-"))
        self._waiting.append(
            _Written(row["number"], challenge, body["entry"], body["content"], body.get("opening"))
        )
        if len(self._waiting) >= AT_ONCE:
            self._compare()

    def unfit(self) -> list[str]:
        """A sentence for each step that is not as it was written, is missing, or was never written by the program."""
        self._compare()
        for challenge, step in link(self._session).execute(select(*_KEY).order_by(*_KEY)):
            if (challenge, step) not in self._proven:
                self._unfit.append(f"Step {step} of CH-{challenge} is in no row of the audit.")
        return self._unfit

    def _compare(self) -> None:
        records: dict[int, dict[str, Any] | None] = {}
        for each in self._waiting:
            self._proven.add((each.challenge, each.step))
            if each.challenge not in records:
                records[each.challenge] = self._read(each.challenge)
            self._unfit += _differences(each, records[each.challenge])
        self._waiting.clear()

    def _read(self, challenge: int) -> dict[str, Any] | None:
        try:
            return evidence.record(self._session, challenge)
        except ValueError:  # a sealed value that was not written there
            return {"opening": {}, "steps": [], "unreadable": True}


def _differences(said: _Written, record: dict[str, Any] | None) -> Iterator[str]:
    step = f"Step {said.step} of CH-{said.challenge}"
    if record is None:
        yield f"{step} is missing: row {said.row} of the audit says that it was written."
        return
    if record.get("unreadable"):
        yield f"{step} cannot be read, or another of that challenge: row {said.row} of the audit says that it was written."
        return
    found = next((each for each in record["steps"] if each["number"] == said.step), None)
    if found is None:
        yield f"{step} is missing: row {said.row} of the audit says that it was written."
    elif evidence.digest(found) != said.content:
        yield f"{step} is not as it was written: it does not fit row {said.row} of the audit."
    if said.opening is not None and evidence.digest(record["opening"]) != said.opening:
        yield f"How CH-{said.challenge} was opened is not as it was written: it does not fit row {said.row} of the audit."
