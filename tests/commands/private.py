"""How private concerns are raised and dealt with at the front desk, and who is written to."""

from __future__ import annotations

from commands import rounds
from commands.desk import Desk
from commands.leads import Notice
from commands.notices import compose
from commands.vocabulary import Reply, Say
from procedures.people import PersonRow
from storage import outbox, people, problems
from tests.commands.conftest import Council, said

CONCERN = "He decides before anybody has spoken."
TRIED = "I told him so after the conference."
NOT_YOURS = "is not a private concern of yours."


def raises(council: Council, about: str = "ben", name: str = "tom", **more: str) -> str:
    """Somebody sends the form after having seen who will read it; its reference."""
    values = {"coordinator": council.row(about).email, "concern": CONCERN, "tried": TRIED, **more}
    context = dict(council.form(name, "concern", None, **values).context)
    reply = council.sends(name, "concern", context, key="", **values)
    assert isinstance(reply, Say), said(reply)
    assert "is sent" in reply.card.title, said(reply)
    return reply.card.title.split(" ")[0]


def does(council: Council, name: str, step: str, reference: str = "PC-1", **values: str) -> Reply:
    """Somebody sends the form of a step."""
    return council.sends(name, f"concern-{step}", {"concern": reference}, key="", **values)


def agrees(council: Council, name: str = "priya", other: str = "miriam") -> Reply:
    """A resolution is agreed."""
    return does(council, name, "agree", with_=council.row(other).email, agreed="He hears everybody first.")


def waiting(council: Council) -> set[tuple[str, str]]:
    """Whom the messages are for that wait to be sent, by first name, and which they are; later reminders left out."""
    with council.office.database.read() as session:
        rows = {row.name.split()[0].lower(): outbox.waiting_for(session, row.email) for row in council.rows}
    return {
        (name, each.notice)
        for name, found in rows.items()
        for each in found
        if each.due_at <= council.clock.now()
    }


def changed_people(council: Council, rows: list[PersonRow]) -> None:
    """people.csv is imported, and the next round comes."""
    with council.office.database.write() as session:
        people.apply_people(session, rows, at=council.clock.now())
    rounds.go(council.office)


def without(council: Council, *roles: str) -> list[PersonRow]:
    return [row for row in council.rows if row.role not in roles]


def listed(council: Council) -> list[str]:
    with council.office.database.read() as session:
        return [problem.sentence for problem in problems.open_problems(session)]


def composed(council: Council, name: str, notice: str, *, redraw: bool = False, **body: int) -> str:
    """A message about PC-1 as somebody reads it now; empty when there is nothing to say."""
    with council.office.database.read() as session:
        person = people.person(session, council.row(name).email)
        assert person is not None
        now = council.clock.now()
        about = Notice("key", person.email, notice, None, None, {"concern": 1, "entry": 1, **body}, now)
        card = compose(Desk(council.office, session, person), about, redraw=redraw)
    if card is None:
        return ""
    assert card.preview in ("PC-1: a private matter", "PC-1"), "A locked phone shows no more."
    return said(card)
