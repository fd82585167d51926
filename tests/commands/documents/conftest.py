"""A council whose procedure has a letter and a report beside what the shipped file has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from commands.desk import Desk
from commands.documents import handing_over
from commands.leads import Notice
from commands.reception import Reception
from commands.vocabulary import Card
from procedures.library import Library
from storage import people
from tests.commands.conftest import Council

BRADFORD = files("procedures").joinpath("bradford.toml").read_text(encoding="utf-8")
MORE = """
[[paper]]
id = "letter"
title = "Letter about the challenge"
kind = "letter"
by = ["raiser"]
opening = "Dear colleague,"
closing = "Please answer within five working days."
source = "BR-2"
[[paper.section]]
text = "A challenge has been raised."
from = ["concern"]

[[report]]
id = "yearly"
title = "Challenges in the year"
months = 12
by = ["head_of_service", "deputy_director"]
figures = ["opened", "by_stage", "meetings_held", "outcomes", "in_time", "ended"]
opening = "For the leadership team."
source = "BR-14"
"""


def with_procedure(council: Council, text: str, templates: Mapping[str, Path] | None = None) -> Council:
    """The same council with another procedure file, and templates by `bradford/<document>`."""
    council.office = replace(
        council.office, library=Library([("bradford", text)]), templates=dict(templates or {})
    )
    council.reception = Reception(council.office)
    return council


@pytest.fixture
def council(council: Council) -> Council:
    """The council with a letter and a yearly report."""
    return with_procedure(council, BRADFORD + MORE)


@contextmanager
def desk_of(council: Council, name: str) -> Iterator[Desk]:
    """Somebody's desk, to read at."""
    with council.office.database.read() as session:
        person = people.person(session, council.row(name).email)
        assert person is not None
        yield Desk(council.office, session, person)


Sent = Callable[..., Card]


@pytest.fixture
def sent(council: Council) -> Sent:
    """What somebody is sent for a document that they asked for: `sent("hannah", "CH-1001", "record")`."""

    def compose(name: str, subject: str, document: str, **more: str) -> Card:
        notice = handing_over.REPORT if "first" in more else handing_over.DOCUMENT
        body = {"subject": subject, "document": document, "language": "en", **more}
        with desk_of(council, name) as desk:
            email = council.row(name).email
            return handing_over.compose(desk, Notice("key", email, notice, None, None, body, desk.now))

    return compose
