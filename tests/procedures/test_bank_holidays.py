"""The bank holidays, day by day, against the library that they are taken from and the list that gov.uk publishes."""

from datetime import date, timedelta

import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays

from procedures.bank_holidays import FIRST_YEAR, LAST_YEAR, PUBLISHED_UNTIL, Nation, bank_holidays
from procedures.workdays import WorkingCalendar
from tests import bank_holidays as source

FIRST, LAST = date(2015, 1, 1), date(2028, 12, 31)

# Proclaimed in February 2026 for Scotland alone (Privy Council Office, "Scotland Bank Holiday Proclamation"):
# the Monday after the men's national team's first match of the World Cup. gov.uk's offline copy is older.
MISSING_FROM_THE_COPY = {Nation.SCOTLAND: {date(2026, 6, 15)}}

# gov.uk's title → ours, where ours is worded to be read in a sentence.
OUR_WORDING = {
    "2nd January": "2nd January holiday",
    "Battle of the Boyne (Orangemen’s Day)": "Battle of the Boyne holiday",
    "Early May bank holiday (VE day)": "Early May bank holiday",
}


def test_the_table_is_what_the_library_says() -> None:
    """After an upgrade of the library: `python -m tests.bank_holidays`, and look at what it has changed."""
    assert source.FILE.read_text(encoding="utf-8") == source.table()


@pytest.mark.parametrize("years", [(FIRST_YEAR - 1, 2020), (2020, LAST_YEAR + 1), (2020, 2019)])
def test_years_that_are_not_known_are_refused(years: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="from 2010 to 2040"):
        bank_holidays(Nation.SCOTLAND, *years)


def published(nation: Nation) -> dict[date, dict[str, str]]:
    """gov.uk's list as the package holds it offline."""
    return {
        entry["date"]: entry
        for entry in BankHolidays(use_cached_holidays=True).get_holidays(division=nation.value)
    }


@pytest.mark.parametrize("nation", Nation)
def test_every_day_of_2015_to_2028_is_a_working_day_exactly_when_gov_uk_says_so(nation: Nation) -> None:
    """The offline copy (govuk-bank-holidays, use_cached_holidays=True) holds every year from 2012 to 2028.

    It lacks one day, which is named above with its source.
    """
    listed = published(nation).keys() | MISSING_FROM_THE_COPY.get(nation, set())
    calendar = WorkingCalendar(nation)
    days = [FIRST + timedelta(days=offset) for offset in range((LAST - FIRST).days + 1)]
    assert [
        day for day in days if calendar.is_working(day) != (day.weekday() < 5 and day not in listed)
    ] == []


@pytest.mark.parametrize("nation", Nation)
def test_the_offline_copy_covers_each_year_that_is_claimed(nation: Nation) -> None:
    """New Year and Christmas of each year are in it, so that no claimed year is compared with nothing."""
    listed = published(nation)
    for year in range(2015, 2029):
        new_year = [day for day in listed if day.year == year and day.month == 1]
        christmas = [day for day in listed if day.year == year and day.month == 12]
        assert new_year, year
        assert len(christmas) >= 2, year


# Where gov.uk calls a day a substitute and we do not, or the other way round.
OTHERWISE_NAMED = {
    date(2017, 1, 2),  # Scotland: gov.uk had "2nd January" and then New Year's substitute until 2017,
    date(2017, 1, 3),  # and New Year's substitute and then 2nd January's from 2023 on, as we have it always.
    date(2022, 6, 2),  # The Spring bank holiday, moved to a Thursday for the Jubilee.
}


@pytest.mark.parametrize("nation", Nation)
def test_the_names_and_substitutes_are_those_of_gov_uk(nation: Nation) -> None:
    ours = bank_holidays(nation, 2015, 2028)
    for day, entry in published(nation).items():
        if day >= FIRST and day not in OTHERWISE_NAMED:
            assert ours[day].name.lower() == OUR_WORDING.get(entry["title"], entry["title"]).lower(), day
            assert ours[day].substitute == (entry["notes"] == "Substitute day"), day


def test_the_offline_copy_is_missing_a_day_only_where_this_file_says_so() -> None:
    """When the package's copy catches up, this fails and the exception above can go."""
    assert all(day not in published(nation) for nation, days in MISSING_FROM_THE_COPY.items() for day in days)


@pytest.mark.parametrize("nation", Nation)
def test_published_until_is_the_end_of_the_last_year_that_gov_uk_lists(nation: Nation) -> None:
    assert date(max(published(nation)).year, 12, 31) == PUBLISHED_UNTIL


def test_scotland_has_two_substitutes_when_new_year_falls_on_a_weekend() -> None:
    scotland = bank_holidays(Nation.SCOTLAND, 2023, 2023)
    assert scotland[date(2023, 1, 2)].title == "New Year’s Day (substitute)"
    assert scotland[date(2023, 1, 3)].title == "2nd January holiday (substitute)"
    assert scotland[date(2023, 1, 3)].wording == "the substitute for the 2nd January holiday"


@pytest.mark.parametrize(
    ("nation", "day", "name"),
    [
        (Nation.SCOTLAND, date(2026, 11, 30), "St Andrew’s Day"),
        (Nation.SCOTLAND, date(2026, 6, 15), "World Cup bank holiday"),
        (Nation.SCOTLAND, date(2026, 8, 3), "Summer bank holiday"),
        (Nation.NORTHERN_IRELAND, date(2026, 3, 17), "St Patrick’s Day"),
        (Nation.NORTHERN_IRELAND, date(2027, 7, 12), "Battle of the Boyne holiday"),
        (Nation.ENGLAND_AND_WALES, date(2026, 8, 31), "Summer bank holiday"),
        (Nation.ENGLAND_AND_WALES, date(2023, 5, 8), "bank holiday for the coronation of King Charles III"),
    ],
)
def test_a_day_that_one_nation_keeps(nation: Nation, day: date, name: str) -> None:
    assert bank_holidays(nation, day.year, day.year)[day].title == name


def test_a_holiday_at_a_weekend_is_kept_with_its_name() -> None:
    assert bank_holidays(Nation.ENGLAND_AND_WALES, 2026, 2026)[date(2026, 12, 26)].title == "Boxing Day"
