"""Private concerns in a story: how one is raised, and what must hold of all of them at its end (BR-13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import select

from procedures.private_concern import ASKED, RAISER, THEN, WITH
from storage import concerns
from storage.concerns import Stored
from storage.statements import table
from storage.tables import Audit, Outbox, PrivateConcern, Problem
from tests.journeys.person import Person
from tests.journeys.sent import screen

if TYPE_CHECKING:
    from sqlmodel import Session

    from tests.journeys.driver import Council

CONCERN = "He decides before anybody else in the room has spoken."
TRIED = "I told him so after the last two conferences."
PARTS = (RAISER, ASKED, WITH, THEN)


def raised(council: Council, by: Person, about: str = "Ben Marsden") -> str:
    """Somebody raises a private concern about a coordinator; its reference."""
    shown = by.types("/challenge concern")
    if "Only you see this list" in shown:
        by.presses("Raise a private concern", "Only you see this list")
    by.puts({"Which coordinator?": about})
    assert f"{about} is not told of it here." in by.the_form().text
    answer = by.fills({"What concerns you?": CONCERN, "What have you tried so far?": TRIED})
    assert "is sent" in answer, answer
    by.closes()
    return answer.split(" is sent")[0].split()[-1]


def all_of_them(session: Session) -> list[Stored]:
    """Every private concern there is."""
    ids = session.connection().execute(select(table(PrivateConcern).c.id)).scalars()
    return [found for number in list(ids) if (found := concerns.load(session, number)) is not None]


def own_words(found: Stored) -> set[str]:
    """What people wrote: texts long enough to be told from everything else."""
    texts = {text for entry in found.entries for text in entry.body.values()}
    return {text for text in texts if len(text) > 15 and " " in text}


def check(council: Council, session: Session) -> None:
    """Nobody without a part has a word of one on their screen; none stands in a preview, the log, the audit or what waits."""
    found = all_of_them(session)
    workspace = council.demo.workspace
    for each in found:
        allowed = {person.id for person in council.everybody if person.email in each.people(*PARTS)}
        assert council_id(council, each.head.about) not in allowed
        for text in own_words(each):
            for user in workspace.personas:
                if user not in allowed:
                    read = [piece for piece in screen(council, user) if text in piece]
                    assert not read, f"{user} has read of {each.head.reference}: {read}"
            for where in _kept(council, session):
                assert text not in where


def council_id(council: Council, email: str) -> str:
    """Somebody's id in the workspace; empty when they have no account there."""
    return next((person.id for person in council.everybody if person.email == email), "")


def _kept(council: Council, session: Session) -> Iterator[str]:
    """What is kept beside the record of a private concern: the log, notifications, the audit, the outbox, the problems."""
    yield council.log.getvalue()
    for channel in council.demo.workspace.channels.values():
        yield from (message.text for message in channel.messages)
    tenant = council.demo.tenant
    for chat in [] if tenant is None else tenant.chats.values():
        yield from (str(post.activity.get("summary", "")) for post in chat.posts if post.from_bot)
    for model in (Audit, Outbox, Problem):
        yield from (str(tuple(row)) for row in session.connection().execute(select(table(model))))
