"""plans.csv: the children on plans, one row for each plan, by case reference alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from procedures.addresses import is_email
from procedures.authority import Authority
from procedures.csv_table import TableReader
from procedures.dates import long_date, parse_date
from procedures.faults import FaultyFile, closest, did_you_mean
from procedures.reading import decoded
from procedures.schema.triggers import PlanStatus
from procedures.spans import add_months

COLUMNS = (
    "case_reference",
    "unit",
    "plan_start",
    "review_dates",
    "social_worker",
    "coordinator",
    "status",
)

CHILDHOOD = 18 * 12
"""Months: no child is on a plan for longer, so an earlier start is a slip of the pen."""
AHEAD = 3 * 12
"""Months: no review is planned further ahead."""

_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_MIDNIGHT = re.compile(r"[ T]0?0:00(?::00(?:\.0+)?)?$")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}")
_SERIAL = re.compile(r"[0-9]{5}")
_WRITE = "Write it as 2026-12-18 or 18/12/2026."
_STATUSES = [status.value for status in PlanStatus]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One child's plan. `reviews` are the days of the review conferences, held or planned, in order; the first is review 1.

    social_worker and coordinator are e-mail addresses in lower case, None where the file names nobody.
    """

    case_reference: str
    unit: str
    plan_start: date
    reviews: tuple[date, ...]
    social_worker: str | None
    coordinator: str | None
    status: PlanStatus

    def reviews_by(self, day: date) -> int:
        """How many reviews there have been, that day included."""
        return sum(review <= day for review in self.reviews)


def read_plans(
    text: str | bytes, name: str, authority: Authority, people: Mapping[str, str], today: date
) -> list[PlanRow]:
    """The rows of a plans.csv, in its order; name is what the faults call the file.

    people: everybody on the council's list, their names by e-mail address. Raises FaultyFile with every fault found, by line.
    """
    reader = _Reader(decoded(text, name) if isinstance(text, bytes) else text, name, authority, people, today)
    rows = reader.rows()
    if reader.faults:
        raise FaultyFile(sorted(reader.faults, key=lambda fault: fault.line))
    return rows


class _Reader(TableReader):
    """One reading of one plans.csv."""

    def __init__(
        self, text: str, name: str, authority: Authority, people: Mapping[str, str], today: date
    ) -> None:
        nothing = (
            "there is no plan in the file",
            "Write one row for each plan; a file without any would end them all.",
        )
        super().__init__(text, name, COLUMNS, nothing)
        self._authority = authority
        self._units = {unit.id: unit.name for unit in authority.unit}
        self._people = people
        self._today = today

    def rows(self) -> list[PlanRow]:
        found = [(line, row) for line, cell in self.cells() if (row := self._row(line, cell))]
        self._check_together(found)
        return [row for _, row in found]

    def _row(self, line: int, cell: dict[str, str]) -> PlanRow | None:
        """The row, or None if one of its cells has a fault."""
        before = len(self.faults)
        reference = cell["case_reference"]
        if not self._authority.fits(reference):
            what = f'"{reference}" is not a case reference' if reference else "the case reference is missing"
            self.fault(line, "case_reference", what, self._authority.case_reference_hint())
        self.known(line, "unit", cell["unit"], self._units)
        start = self._start(line, cell["plan_start"])
        reviews = self._reviews(line, cell["review_dates"], start)
        for column in ("social_worker", "coordinator"):
            self._check_person(line, column, cell[column])
        status = self._status(line, cell["status"])
        if len(self.faults) > before or start is None or status is None:
            return None
        worker, coordinator = (cell[column].lower() or None for column in ("social_worker", "coordinator"))
        return PlanRow(reference, cell["unit"], start, reviews, worker, coordinator, status)

    def _start(self, line: int, text: str) -> date | None:
        if not text:
            self.fault(line, "plan_start", "the day on which the plan began is missing", _WRITE)
            return None
        day = self._day(line, "plan_start", text)
        if day is not None and day > self._today:
            message = f"the plan would begin on {long_date(day)}, which is still to come"
            self.fault(line, "plan_start", message, "Leave the row out until the plan has begun.")
        elif day is not None and add_months(day, CHILDHOOD) < self._today:
            message = f"the plan would have begun on {long_date(day)}, more than 18 years ago"
            self.fault(line, "plan_start", message, "Check the year.")
        return day

    def _reviews(self, line: int, text: str, start: date | None) -> tuple[date, ...]:
        """The reviews, which follow each other and the plan's start."""
        parts = [part.strip() for part in text.split(";")]
        if parts[-1] == "":  # none at all, or a semicolon behind the last
            parts.pop()
        found: list[date] = []
        for part in parts:
            day = self._day(line, "review_dates", part)
            if day is None:
                return ()
            if start is not None and day <= start:
                message = (
                    f"the review on {long_date(day)} does not lie after the plan's start, {long_date(start)}"
                )
                self.fault(line, "review_dates", message, "Check both dates.")
            elif found and day <= found[-1]:
                message = f"the review on {long_date(day)} follows one on {long_date(found[-1])}"
                self.fault(line, "review_dates", message, "Write the reviews in their order, each once.")
            elif day > add_months(self._today, AHEAD):
                message = f"the review on {long_date(day)} is more than 3 years ahead"
                self.fault(line, "review_dates", message, "Check the year.")
            found.append(day)
        return tuple(found)

    def _day(self, line: int, column: str, text: str) -> date | None:
        """A date as people and spreadsheets write it; a time of midnight behind it says nothing and is passed over."""
        written = _MIDNIGHT.sub("", text)
        if day_first := _DAY_FIRST.fullmatch(written):
            day, month, year = day_first.groups()
            written = f"{year}-{month:0>2}-{day:0>2}"
        try:
            return parse_date(written)
        except ValueError as error:
            message, hint = str(error).removesuffix("."), ""
        if _SHORT_YEAR.fullmatch(written):
            message, hint = f'"{text}" leaves open which century is meant', "Write the year with four digits."
        elif _SERIAL.fullmatch(written):
            message = f'"{text}" is a number and not a date'
            hint = f"Format the column as a date before you save it. {_WRITE}"
        elif "is not a date: " not in message:
            message, hint = f'"{text}" is not a date', _WRITE
            if column == "review_dates":
                hint += " A semicolon stands between two dates."
        self.fault(line, column, message, hint)
        return None

    def _check_person(self, line: int, column: str, text: str) -> None:
        """Nobody, or somebody on the council's list by their e-mail address."""
        email = text.lower()
        if not text or email in self._people:
            return
        named = [known for known, name in self._people.items() if name.lower() == email]
        if named:
            self.fault(line, column, f'"{text}" is a name', f'Write the e-mail address: "{named[0]}".')
        elif not is_email(text):
            message = f'"{text}" is not an e-mail address'
            self.fault(
                line, column, message, "For example: ada@example.org. Leave it empty if there is nobody."
            )
        else:
            meant = closest(email, self._people)
            hint = f'Did you mean "{meant}"?' if meant else "Add them to people.csv and import that first."
            self.fault(line, column, f"{text} is not on the council's list of people", hint)

    def _status(self, line: int, text: str) -> PlanStatus | None:
        word = re.sub(r"[\s_-]+", "_", text.lower())
        if word in _STATUSES:
            return PlanStatus(word)
        message = f'unknown status "{text}"' if text else "the status is missing"
        self.fault(line, "status", message, did_you_mean(word, _STATUSES))
        return None

    def _check_together(self, found: list[tuple[int, PlanRow]]) -> None:
        """What is wrong between rows that are each right by themselves; told at the later row."""
        plans: dict[tuple[str, date], int] = {}
        running: dict[str, int] = {}
        for line, row in found:
            first = plans.setdefault((row.case_reference, row.plan_start), line)
            if first != line:
                message = f"{row.case_reference} has a plan from that day on line {first} already"
                self.fault(line, None, message, "Delete one of the two rows.")
            elif row.status is not PlanStatus.ended:
                first = running.setdefault(row.case_reference, line)
                if first != line:
                    message = f"{row.case_reference} has a plan that has not ended on line {first} already"
                    self.fault(line, "status", message, "The earlier of the two plans has ended.")
