"""What the messages to many people are made of, read once for all of them instead of once for each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from sqlmodel import Session

from commands.record import Record
from storage import absences, ahead, challenges, opinions, problems, roster, swaps
from storage.absences import Away
from storage.challenges import Stored
from storage.opinions import Question
from storage.people import Person
from storage.problems import Problem
from storage.swaps import Swap

T = TypeVar("T")

AT_ONCE = 300
"""Names that are read with one query: everybody's in a council of the usual size."""


class Shared:
    """What desks share that only read, in one transaction and at one moment, of the local day `today`.

    emails: those for whom something is to be made. Whoever stands in for them, and whom those cover, is found here.
    """

    def __init__(self, session: Session, today: date, emails: Iterable[str]) -> None:
        self.today = today
        self._session, self._emails = session, list(dict.fromkeys(emails))
        self._records: dict[tuple[int, str], Record] = {}
        self._found: dict[tuple[int, str], tuple[Record, Any]] = {}

    @cached_property
    def absences(self) -> dict[str, Away]:
        """Who is away today."""
        return absences.away_on(self._session, self.today)

    @cached_property
    def covers(self) -> dict[str, list[str]]:
        """For everybody who stands in for somebody today, through however many covers, for whom."""
        found: dict[str, list[str]] = {}
        for email in self.absences:
            stand_in = absences.stand_in(self.absences, email).email
            if stand_in != email:
                found.setdefault(stand_in, []).append(email)
        return found

    @cached_property
    def names(self) -> dict[str, str]:
        """People's names, as far as they have been read."""
        return roster.few_names(self._session, AT_ONCE)

    @cached_property
    def swaps(self) -> list[Swap]:
        """The open questions about swaps."""
        return swaps.open_questions(self._session)

    @cached_property
    def opinions(self) -> list[Question]:
        """The second opinions that are awaited."""
        return opinions.open_questions(self._session)

    @cached_property
    def problems(self) -> list[Problem]:
        """What needs an administrator."""
        return problems.open_problems(self._session)

    @cached_property
    def people(self) -> dict[str, Person]:
        """Those for whom something is to be made and those who stand in for them, by their address."""
        return ahead.people(self._session, self._everybody)

    @cached_property
    def roles(self) -> dict[str, list[tuple[str, str]]]:
        """The roles of the same people with their units."""
        return ahead.roles(self._session, self._everybody)

    def concerning(
        self, emails: Sequence[str], record_of: Callable[[Stored], Record], language: str
    ) -> list[Record]:
        """The open challenges in which one of these people has a part, the longest open first; `language` is that of `record_of`."""
        found = []
        for number in sorted({number for email in emails for number in self._concerning[email]}):
            record = self._records.get((number, language))
            if record is None:
                record = self._records[number, language] = record_of(self._stored[number])
            found.append(record)
        return found

    def once(self, what: str, record: Record, find: Callable[[], T]) -> T:
        """What is found out about a record is found once; it must be the same whoever reads it."""
        known = self._found.get((id(record), what))
        if known is None:  # with the record, so that its id stays its own
            known = self._found[id(record), what] = record, find()
        found: T = known[1]
        return found

    @cached_property
    def _everybody(self) -> Collection[str]:
        there = [absences.stand_in(self.absences, email).email for email in self._emails]
        covered = [email for reader in there for email in self.covers.get(reader, ())]
        return dict.fromkeys((*self._emails, *there, *covered))

    @cached_property
    def _concerning(self) -> dict[str, list[int]]:
        return ahead.concerning(self._session, self._everybody)

    @cached_property
    def _stored(self) -> dict[int, Stored]:
        ids = sorted({number for numbers in self._concerning.values() for number in numbers})
        return {stored.head.id: stored for stored in challenges.load_many(self._session, ids)}
