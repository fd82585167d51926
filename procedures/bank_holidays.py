"""The bank holidays of the United Kingdom's nations, under the names that gov.uk gives them.

They are in `bank_holidays.csv`. `python -m tests.bank_holidays` writes it from the library `holidays`; the tests compare it with that
library and with gov.uk's own list. Loaded here, the library would bring the calendars of the whole world: 12 MB, a tenth of a start.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 2010, 2040
"""The years that the file holds, both included."""

PUBLISHED_UNTIL = date(2028, 12, 31)
"""The last day of the last year whose bank holidays gov.uk had published when this was released.

gov.uk publishes about two years ahead. Later years follow from the rules, and can still be changed by
proclamation (a coronation, a moved May Day).
"""


class Nation(StrEnum):
    """Whose bank holidays hold, by gov.uk's own names for its three lists."""

    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


class BankHoliday(NamedTuple):
    """A day's bank holiday: its name, and whether the day is the substitute for one at a weekend."""

    name: str
    substitute: bool

    @property
    def title(self) -> str:
        """As in a list: "Boxing Day (substitute)"."""
        return f"{self.name} (substitute)" if self.substitute else self.name

    @property
    def wording(self) -> str:
        """As in a sentence after "is": "the substitute for Boxing Day", "the Spring bank holiday"."""
        spoken = f"the {self.name}" if "holiday" in self.name else self.name
        return f"the substitute for {spoken}" if self.substitute else spoken


@lru_cache(maxsize=16)
def bank_holidays(nation: Nation, first_year: int, last_year: int) -> Mapping[date, BankHoliday]:
    """Every bank holiday of the nation in those years, in order of date, those at a weekend included.

    Raises ValueError for years that the file does not hold.
    """
    if not FIRST_YEAR <= first_year <= last_year <= LAST_YEAR:
        raise ValueError(f"Bank holidays are known from {FIRST_YEAR} to {LAST_YEAR}.")
    found = {
        day: holiday
        for (kept_by, day), holiday in _every().items()
        if kept_by == nation and first_year <= day.year <= last_year
    }
    return MappingProxyType(found)


@cache
def _every() -> Mapping[tuple[Nation, date], BankHoliday]:
    lines = files("procedures").joinpath("bank_holidays.csv").read_text(encoding="utf-8").splitlines()
    return {
        (Nation(row["nation"]), date.fromisoformat(row["day"])): BankHoliday(
            row["name"], row["substitute"] == "yes"
        )
        for row in csv.DictReader(lines)
    }
