"""What needs an administrator, and which requests have had their effect."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from storage import handled, problems
from storage.database import Database
from storage.problems import Problem
from tests.storage.conftest import NINE

LATER = NINE + timedelta(hours=1)


def test_a_problem_is_listed_once_until_it_is_solved_and_again_when_it_is_back(staffed: Database) -> None:
    with staffed.write() as session:
        assert problems.report(session, "unheld:cpc", "Nobody holds the role CPC in Keighley.", LATER)
        assert problems.report(session, "undelivered:7", "Ben cannot be reached.", NINE, challenge_id=1001)
        assert not problems.report(session, "unheld:cpc", "Nobody holds the role CPC in Shipley.", LATER)
        assert problems.open_problems(session) == [
            Problem("undelivered:7", "Ben cannot be reached.", 1001, NINE),
            Problem("unheld:cpc", "Nobody holds the role CPC in Keighley.", None, LATER),
        ]
    with staffed.write() as session:
        assert problems.solve(session, "unheld:cpc", LATER)
        assert not problems.solve(session, "unheld:cpc", LATER)
        assert not problems.solve(session, "unheard of", LATER)
        assert [problem.key for problem in problems.open_problems(session)] == ["undelivered:7"]
        assert problems.report(session, "unheld:cpc", "Nobody holds the role CPC in Shipley.", LATER)
        assert [problem.sentence for problem in problems.open_problems(session)] == [
            "Ben cannot be reached.",
            "Nobody holds the role CPC in Shipley.",
        ]


def test_a_request_has_its_effect_once(database: Database) -> None:
    with database.write() as session:
        assert not handled.known(session, "slack:Ev01")
        assert handled.first_time(session, "slack:Ev01", NINE)
        assert handled.known(session, "slack:Ev01")
        assert not handled.first_time(session, "slack:Ev01", NINE)
    with database.write() as session:
        assert not handled.first_time(session, "slack:Ev01", LATER)
        assert handled.first_time(session, "slack:Ev02", LATER)


def test_a_request_whose_effect_came_to_nothing_may_come_again(database: Database) -> None:
    def interrupted() -> None:
        with database.write() as session:
            handled.first_time(session, "slack:Ev01", NINE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with database.write() as session:
        assert handled.first_time(session, "slack:Ev01", NINE)


def test_of_the_same_request_delivered_to_four_threads_one_has_an_effect(database: Database) -> None:
    def handle(number: int) -> bool:
        with database.write() as session:
            return handled.first_time(session, f"slack:Ev{number // 4}", NINE)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(handle, range(80))) == 20


def test_old_requests_are_forgotten(database: Database) -> None:
    with database.write() as session:
        handled.first_time(session, "old", NINE)
        handled.first_time(session, "new", LATER)
        assert handled.prune(session, LATER) == 1
        assert handled.first_time(session, "old", LATER)
        assert not handled.first_time(session, "new", LATER)
