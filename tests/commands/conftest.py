"""A council at its front desk: people who type, press and fill in, answered by Reception on SQLite; the clock is moved by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from commands.desk import Desk
from commands.office import Office
from commands.reception import Reception
from commands.record import Record
from commands.todo import home
from commands.vocabulary import (
    Ask,
    Bullets,
    Buttons,
    Card,
    Facts,
    Filled,
    Form,
    Heading,
    Identity,
    Input,
    Link,
    Mistakes,
    Paragraph,
    Part,
    Preformatted,
    Press,
    Quotation,
    Reply,
    Say,
    Small,
    Value,
)
from procedures import library
from procedures.authority import parse_authority, template
from procedures.clock import SetClock
from procedures.people import PersonRow, read_people
from storage import challenges, people
from storage.database import Database
from tests.barsetshire import people_csv

if TYPE_CHECKING:
    from tests.commands.harbour import Harbour

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""Monday 23 November 2026, 10:00 in London."""

WEST = """
[[unit]]
id = "west-1"
name = "West safeguarding team 1"
parent = "childrens-services"
"""
MORE = """\
ben.marsden@barsetshire.example,Ben Marsden,cpc,childrens-services,U01BENMA01,
leo.fisher@barsetshire.example,Leo Fisher,team_manager,east-1,U01LEOFI01,
owen.rees@barsetshire.example,Owen Rees,team_manager,west-1,U01OWENR01,
"""
CONCERN = "The core group has not met since the conference."
RAISED: dict[str, Value] = {
    "immediate_risk": "no",
    "case_reference": "LCS-204815",
    "unit": "east-1",
    "informal": "had",
    "talk_1_with": "social_worker",
    "talk_1_on": "2026-11-20",
    "talk_1_result": "It was to be arranged.",
    "concern": CONCERN,
    "agreed_actions": "The core group meets by Friday.",
}


def words_of(parts: Iterable[Part | Input]) -> Iterator[str]:
    """All that a card or form has to read, piece by piece; buttons in square brackets, inputs in angle ones."""
    for part in parts:
        match part:
            case Link(label, address):
                yield f"{label}: {address}"
            case Heading(text) | Paragraph(text) | Small(text) | Preformatted(text):
                yield text
            case Quotation(label, text):
                yield f"{label}: {text}"
            case Facts(items):
                yield from (f"{fact.label}: {fact.value}" for fact in items)
            case Bullets(lines):
                yield from lines
            case Buttons(items, more):
                yield from (f"[{button.label}]" for button in (*items, *more))
            case Input():
                yield f"<{part.title}>"


def said(reply: Reply | Card | Form) -> str:
    """What a person reads, a line a piece."""
    match reply:
        case Say(card):
            return said(card)
        case Ask(form):
            return said(form)
        case Card():
            return "\n".join([reply.title, *words_of(reply.parts)])
        case Form():
            return "\n".join([reply.title, *words_of(reply.parts)])
        case Mistakes(by_input):
            return "\n".join(f"{name}: {sentence}" for name, sentence in by_input.items())
    return ""


class Council:
    """One authority with its people. They are called by their first names, in lower case."""

    def __init__(self, database: Database) -> None:
        self.clock = SetClock(MONDAY)
        authority = parse_authority(template() + WEST)
        self.office = Office(authority, library.load(authority.procedures), database, self.clock)
        self.reception = Reception(self.office)
        self.rows = read_people(people_csv() + MORE, "people.csv", authority, self.office.roles)
        self._ids = {row.name.split()[0].lower(): row for row in self.rows}
        self._requests = 0

    def row(self, name: str) -> PersonRow:
        """Somebody's row in people.csv."""
        return self._ids[name]

    def who(self, name: str) -> Identity:
        """How the platform knows somebody; whom the list does not have, it knows all the same."""
        row = self._ids.get(name)
        return Identity("slack", row.slack_user_id if row and row.slack_user_id else f"U0{name.upper()}99")

    def _key(self) -> str:
        self._requests += 1
        return f"request {self._requests}"

    def types(self, name: str, text: str, key: str = "") -> Reply:
        """Somebody types /challenge and these words."""
        return self.reception.typed(self.who(name), text, key or self._key())

    def presses(self, name: str, command: str, *, key: str = "", **arguments: str) -> Reply:
        """Somebody presses a button."""
        return self.reception.pressed(self.who(name), Press(command, arguments), key or self._key())

    def sends(
        self, name: str, command: str, context: dict[str, str], *, key: str = "", **values: Value
    ) -> Reply:
        """Somebody sends a form."""
        return self.reception.submitted(self.who(name), Filled(command, context, values), key or self._key())

    def raises(self, name: str = "hannah", **values: Value) -> str:
        """Somebody raises a challenge, which must succeed; its reference."""
        reply = self.sends(name, "raise", {}, **(RAISED | values))
        assert isinstance(reply, Say), reply
        return reply.card.title.split(" ")[0]

    def does(self, name: str, command: str, reference: str, **values: Value) -> str:
        """Somebody sends the form about a challenge, which must succeed; what is answered."""
        reply = self.sends(name, command, {"challenge": reference}, **values)
        assert isinstance(reply, Say), reply
        assert reply.card.title != "This was not done", said(reply)
        return said(reply)

    def form(self, name: str, command: str, context: dict[str, str] | None = None, **values: Value) -> Form:
        """The form as somebody sees it with these values."""
        return self.reception.changed(self.who(name), Filled(command, context or {}, values))

    def wait(self, days: int = 0, **more: int) -> None:
        """Time goes by."""
        self.clock.advance(timedelta(days=days, **more))

    def record(self, reference: str) -> Record:
        """The record as it is stored."""
        with self.office.database.read() as session:
            stored = challenges.load(session, int(reference.removeprefix("CH-")))
            assert stored is not None
            return Record(stored, self.office.library.in_use[0])

    def home(self, name: str) -> str:
        """Somebody's own page."""
        with self.office.database.read() as session:
            person = people.person(session, self._ids[name].email)
            assert person is not None
            return said(home(Desk(self.office, session, person)))


@pytest.fixture(scope="session")
def staffed_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all its tables and the council's people in it, made once and copied for each test."""
    file = tmp_path_factory.mktemp("council") / "staffed.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    rows = Council(database).rows
    with database.write() as session:
        people.apply_people(session, rows, at=MONDAY)
    database.dispose()
    return file


@pytest.fixture
def council(staffed_file: Path, tmp_path: Path) -> Iterator[Council]:
    """The council on Monday 23 November 2026 at ten."""
    file = tmp_path / "challenge.db"
    shutil.copy(staffed_file, file)
    database = Database(f"sqlite:///{file}")
    yield Council(database)
    database.dispose()


@pytest.fixture(scope="session")
def harbour_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for the council that works by the Harbour protocol."""
    from tests.commands.harbour import Harbour  # which is a Council

    file = tmp_path_factory.mktemp("harbour") / "staffed.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    with database.write() as session:
        people.apply_people(session, Harbour(database).rows, at=MONDAY)
    database.dispose()
    return file


@pytest.fixture
def harbour(harbour_file: Path, tmp_path: Path) -> Iterator[Harbour]:
    """The council that works by the Harbour protocol, on Monday 23 November 2026 at ten."""
    from tests.commands.harbour import Harbour

    file = tmp_path / "harbour.db"
    shutil.copy(harbour_file, file)
    database = Database(f"sqlite:///{file}")
    yield Harbour(database)
    database.dispose()
