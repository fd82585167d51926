"""The period that a report covers, and what of each record lies in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from commands.desk import Desk
from commands.documents.words import word
from commands.record import Record
from procedures.engine import StageRun
from procedures.schema import Procedure


@dataclass(frozen=True)
class Period:
    """What is counted: the records of a procedure, and the days (first and last included, local time) in which it happened."""

    desk: Desk
    procedure: Procedure
    records: tuple[Record, ...]
    first: date
    last: date
    language: str

    def has(self, day: date | datetime | None) -> bool:
        """Whether a day, or a moment's local day, lies in the period."""
        if isinstance(day, datetime):
            day = self.desk.office.today(day)
        return day is not None and self.first <= day <= self.last

    def runs(self) -> Iterator[tuple[Record, StageRun]]:
        """Every stage of every record."""
        for record in self.records:
            for run in record.standing.runs:
                yield record, run

    def by_stage(self, counts: Counter[str]) -> tuple[tuple[str, str], ...]:
        """A row for each stage in the procedure's order, those of none too; then those of earlier versions of the file."""
        names = dict.fromkeys([stage.name for stage in self.procedure.stage])
        names |= dict.fromkeys(counts)
        return tuple((name, str(counts[name])) for name in names)

    def word(self, key: str) -> str:
        """One of the fixed words in the report's language."""
        return word(key, self.language)
