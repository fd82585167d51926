"""Write the table of bank holidays from the library `holidays`: `python -m tests.bank_holidays`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from holidays import country_holidays

from procedures.bank_holidays import FIRST_YEAR, LAST_YEAR, BankHoliday, Nation

FILE = Path(__file__).parents[1] / "procedures" / "bank_holidays.csv"

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


def table() -> str:
    """The table as the file must have it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["nation", "day", "name", "substitute"])
    for nation in Nation:
        for day, holiday in _of_the_library(nation):
            writer.writerow([nation, day.isoformat(), holiday.name, "yes" if holiday.substitute else "no"])
    return text.getvalue()


def _of_the_library(nation: Nation) -> Iterator[tuple[date, BankHoliday]]:
    found = country_holidays(
        "GB", subdiv=_SUBDIVISIONS[nation], years=range(FIRST_YEAR, LAST_YEAR + 1), language="en_GB"
    )
    for day in sorted(found):
        # A substitute in January can belong to the year before.
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            yield day, _named(found[day])


def _named(text: str) -> BankHoliday:
    """The library joins what meets on one day with "; ".

    When 2 January is the substitute for New Year’s Day, the day goes to the substitute and the holiday that
    was there moves on: so gov.uk's list for Scotland has had it since 2023 (before, the other way round).
    """
    parts = text.split("; ")
    part = next((part for part in parts if part.endswith(_OBSERVED)), parts[0])
    name = part.removesuffix(_OBSERVED)
    return BankHoliday(_NAMES.get(name, name), substitute=part.endswith(_OBSERVED))


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
