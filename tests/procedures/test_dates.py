"""Dates as people read and write them."""

import locale
from datetime import date, timedelta

import pytest
from babel.dates import format_date

from procedures.dates import DateFormatError, day_and_month, long_date, parse_date, short_date
from procedures.languages import speaking


def test_dates_are_worded_in_english() -> None:
    day = date(2026, 12, 29)
    assert long_date(day) == "Tuesday 29 December 2026"
    assert short_date(day) == "Tue 29 Dec"
    assert day_and_month(day) == "Tuesday 29 December"
    assert long_date(date(2027, 1, 1)) == "Friday 1 January 2027"


def test_every_day_and_month_agrees_with_the_c_locale() -> None:
    assert locale.setlocale(locale.LC_TIME) in {"C", "C.UTF-8", "en_GB.UTF-8", "en_US.UTF-8"}
    for ordinal in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        assert long_date(day) == f"{day:%A} {day.day} {day:%B %Y}"
        assert short_date(day) == f"{day:%a} {day.day} {day:%b}"


def test_an_iso_date_is_read() -> None:
    assert parse_date("2026-12-18") == date(2026, 12, 18)
    assert parse_date(" 2028-02-29\n") == date(2028, 2, 29)


SENTENCE = "is not a date written year-month-day, for example 2026-12-18."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", f'"" {SENTENCE}'),
        ("tomorrow", f'"tomorrow" {SENTENCE}'),
        ("20261218", f'"20261218" {SENTENCE}'),
        ("2026-W51-5", f'"2026-W51-5" {SENTENCE}'),
        ("2026-12-18T09:00", f'"2026-12-18T09:00" {SENTENCE}'),
        ("２０２６-12-18", f'"２０２６-12-18" {SENTENCE}'),
        ("18/12/2026", f'"18/12/2026" {SENTENCE} Did you mean 2026-12-18?'),
        ("3.4.2026", f'"3.4.2026" {SENTENCE} Did you mean 2026-04-03?'),
        ("31/2/2026", f'"31/2/2026" {SENTENCE}'),
        ("2026-13-01", '"2026-13-01" is not a date: there is no month 13.'),
        ("2026-02-29", '"2026-02-29" is not a date: February 2026 has 28 days.'),
        ("2026-04-00", '"2026-04-00" is not a date: April 2026 has 30 days.'),
        ("0000-01-01", '"0000-01-01" is not a date: there is no year 0.'),
    ],
)
def test_anything_else_is_refused_with_what_would_be_right(text: str, sentence: str) -> None:
    with pytest.raises(DateFormatError) as refused:
        parse_date(text)
    assert str(refused.value) == sentence


def test_a_welsh_reader_reads_welsh_dates() -> None:
    day = date(2026, 12, 29)
    with speaking("cy"):
        assert long_date(day) == "Dydd Mawrth 29 Rhagfyr 2026"
        assert day_and_month(day) == "Dydd Mawrth 29 Rhagfyr"
        assert short_date(day) == "Maw 29 Rhag"
    assert long_date(day) == "Tuesday 29 December 2026"


def test_every_welsh_day_and_month_agrees_with_the_unicode_locale_data() -> None:
    with speaking("cy"):
        for number in range(366):
            day = date(2028, 1, 1) + timedelta(days=number)
            assert long_date(day) == format_date(day, "EEEE d MMMM y", locale="cy")
            assert short_date(day) == format_date(day, "EEE d MMM", locale="cy")
