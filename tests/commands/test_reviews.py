"""An earlier beginning, open once the child's plan has had its second review (CA-2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from commands.reception import Reception
from commands.vocabulary import Filled, Identity, Value
from storage.database import Database
from tests.commands.conftest import said
from tests.commands.long_plans import PROCEDURE, LongPlans, plan

EARLIER = PROCEDURE.replace(
    '[raise]\nby = ["cpc"]\nsource = "1"\n',
    """[raise]
by = ["cpc"]
source = "1"
[[raise.way]]
id = "earlier"
label = "An earlier look"
by = ["cpc"]
stage = "tier-1"
after_review = 2
source = "CA-2"
""",
)
REVIEWS = (date(2026, 4, 13), date(2026, 11, 2), date(2027, 5, 3))


@pytest.fixture
def council(tmp_path: Path) -> Iterator[LongPlans]:
    database = Database(f"sqlite:///{tmp_path / 'challenge.db'}")
    yield LongPlans(database, EARLIER)
    database.dispose()


def raises(council: LongPlans) -> str:
    """Hannah asks for an earlier look at her child's plan; what she reads."""
    values: dict[str, Value] = {
        "case_reference": "LCS-204815",
        "unit": "east-1",
        "concern": "The plan drifts.",
        "agreed_actions": "The core group meets by Friday.",
    }
    reply = Reception(council.office).submitted(
        Identity("slack", "U01HANNAH1"), Filled("raise", {}, values), "request 1"
    )
    return said(reply)


@pytest.mark.parametrize(
    ("reviews", "shown"),
    [((), "none so far"), (REVIEWS[:1], "one so far"), ((REVIEWS[0], REVIEWS[2]), "one so far")],
)
def test_ca_2_before_the_second_review_it_is_refused_with_what_the_list_shows(
    council: LongPlans, reviews: tuple[date, ...], shown: str
) -> None:
    council.take_in(plan(date(2026, 1, 5), *reviews))
    words = raises(council)
    assert "“An earlier look” is open once the child's plan has had 2 reviews; " in words
    assert (
        f"the list of plans shows {shown}. If the list is out of date, ask for a new one to be sent." in words
    )
    assert council.records() == []


def test_ca_2_after_the_second_review_it_is_raised(council: LongPlans) -> None:
    council.take_in(plan(date(2026, 1, 5), *REVIEWS))
    assert "CH-1001 is raised" in raises(council)


def test_ca_2_a_child_who_is_not_on_the_list_yet_is_left_to_who_raises(council: LongPlans) -> None:
    assert "CH-1001 is raised" in raises(council)
