"""The bank holidays of the United Kingdom's nations, under the names that gov.uk gives them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

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
        spoken = f"the {self.name}" if self.name in _WITH_ARTICLE else self.name
        return f"the substitute for {spoken}" if self.substitute else spoken


# England and Wales have the same days; ENG stands for both.
_SUBDIVISIONS = {Nation.ENGLAND_AND_WALES: "ENG", Nation.SCOTLAND: "SCT", Nation.NORTHERN_IRELAND: "NIR"}

_OBSERVED = " (observed)"

# The library's name → the name that gov.uk uses, or one that reads better in a sentence.
_NAMES = {
    "New Year's Day": "New Year’s Day",
    "New Year Holiday": "2nd January holiday",
    "Saint Patrick's Day": "St Patrick’s Day",
    "May Day": "Early May bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "Battle of the Boyne": "Battle of the Boyne holiday",
    "Summer Bank Holiday": "Summer bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
    "Saint Andrew's Day": "St Andrew’s Day",
    "Wedding of William and Catherine": "Royal Wedding bank holiday",
    "Diamond Jubilee of Elizabeth II": "Diamond Jubilee bank holiday",
    "Platinum Jubilee of Elizabeth II": "Platinum Jubilee bank holiday",
    "State Funeral of Queen Elizabeth II": "bank holiday for the State Funeral of Queen Elizabeth II",
    "Coronation of Charles III": "bank holiday for the coronation of King Charles III",
    "Scotland's participation in the FIFA World Cup final": "World Cup bank holiday",
}
_WITH_ARTICLE = frozenset(name for name in _NAMES.values() if "holiday" in name)


@lru_cache(maxsize=16)
def bank_holidays(nation: Nation, first_year: int, last_year: int) -> Mapping[date, BankHoliday]:
    """Every bank holiday of the nation in those years, in order of date, those at a weekend included.

    Read once for each nation and range: importing the library takes far longer than asking it.
    """
    from holidays import country_holidays

    years = range(first_year, last_year + 1)
    found = country_holidays("GB", subdiv=_SUBDIVISIONS[nation], years=years, language="en_GB")
    # A substitute in January can belong to the year before; the range asked for is the range given.
    days = sorted(day for day in found if first_year <= day.year <= last_year)
    return MappingProxyType({day: _named(found[day]) for day in days})


def _named(text: str) -> BankHoliday:
    """The library joins what meets on one day with "; ".

    When 2 January is the substitute for New Year’s Day, the day goes to the substitute and the holiday that
    was there moves on: so gov.uk's list for Scotland has had it since 2023 (before, the other way round).
    """
    parts = text.split("; ")
    part = next((part for part in parts if part.endswith(_OBSERVED)), parts[0])
    name = part.removesuffix(_OBSERVED)
    return BankHoliday(_NAMES.get(name, name), substitute=part.endswith(_OBSERVED))
