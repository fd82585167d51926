"""A machine without the next key says so to the administrators, until somebody has copied the file there."""

from __future__ import annotations

import socket

from commands import rounds
from storage import outbox, problems
from storage.problems import Problem
from tests.commands.conftest import Council


def listed(council: Council) -> list[Problem]:
    with council.office.database.read() as session:
        return [
            each for each in problems.open_problems(session) if each.key.startswith("narrative-key:00ff00ff:")
        ]


def test_administrators_are_told_once_and_it_is_solved_by_itself(council: Council) -> None:
    council.office.database.keys.lacking = ["00ff00ff"]
    rounds.go(council.office)
    rounds.go(council.office)
    host = socket.gethostname()
    sentence = (
        f"The program on {host} does not have the key 00ff00ff, which is to be used next. "
        "Copy the key file to that machine."
    )
    assert [each.sentence for each in listed(council)] == [sentence]
    administrators = [row.email for row in council.rows if row.role == "administrator"]
    with council.office.database.read() as session:
        told = [outbox.waiting_for(session, email, ["problem"]) for email in administrators]
    assert [[note.body["sentence"] for note in notes].count(sentence) for notes in told] == [1] * len(told)
    council.office.database.keys.lacking = []
    rounds.go(council.office)
    assert listed(council) == []
