"""A council that works by the invented Harbour protocol, which uses what the commands can do."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlmodel import col, select

from commands.desk import Desk
from commands.leads import Notice
from commands.notices import compose
from commands.office import Office
from commands.reception import Reception
from commands.vocabulary import Ask, Button, Buttons, Card, Form, Say, Value
from procedures.authority import parse_authority, template
from procedures.clock import SetClock
from procedures.library import Library
from procedures.people import read_people
from storage import people
from storage.database import Database
from storage.tables import Outbox
from tests.commands.conftest import MONDAY, Council

PROCEDURE = Path(__file__).with_name("harbour.toml")
PEOPLE = """\
email,name,role,unit,slack_user_id,teams_user_id
cora.hale@harbour.example,Cora Hale,coordinator,childrens-services,U01CORAH01,
otis.kay@harbour.example,Otis Kay,coordinator,childrens-services,U01OTISK01,
sam.reed@harbour.example,Sam Reed,social_worker,east-1,U01SAMRE01,
tess.moore@harbour.example,Tess Moore,team_manager,east-1,U01TESSM01,
sol.grant@harbour.example,Sol Grant,safeguarding_lead,childrens-services,U01SOLGR01,
quinn.park@harbour.example,Quinn Park,quality_lead,childrens-services,U01QUINN01,
serena.voss@harbour.example,Serena Voss,service_manager,east,U01SEREN01,
lena.ford@harbour.example,Lena Ford,legal,childrens-services,U01LENAF01,
paul.dunn@harbour.example,Paul Dunn,police,childrens-services,U01PAULD01,
nadia.rahman@harbour.example,Nadia Rahman,administrator,childrens-services,U01NADIA01,
"""
ASKED: dict[str, Value] = {
    "immediate_risk": "no",
    "ask_has_plan": "yes",
    "way": "request",
    "case_reference": "LCS-204815",
    "unit": "east-1",
    "concern": "Nothing has moved since the spring.",
}
VIEW: dict[str, Value] = {
    "field_assessed_on": "2026-11-02",
    "field_met": "yes",
    "field_read": ("plan", "minutes"),
}


class Harbour(Council):
    """The council; its people are called by their first names, in lower case."""

    def __init__(self, database: Database) -> None:
        self.clock = SetClock(MONDAY)
        authority = parse_authority(template())
        library = Library([("harbour", PROCEDURE.read_text(encoding="utf-8"))])
        self.office = Office(authority, library, database, self.clock)
        self.reception = Reception(self.office)
        self.rows = read_people(PEOPLE, "people.csv", authority, self.office.roles)
        self._ids = {row.name.split()[0].lower(): row for row in self.rows}
        self._requests = 0

    def asks(self, name: str = "cora", **values: Value) -> str:
        """Somebody raises a challenge, which must succeed; its reference."""
        reply = self.sends(name, "raise", {}, **(ASKED | values))
        assert isinstance(reply, Say), reply
        return reply.card.title.split(" ")[0]

    def at_tier_1(self) -> str:
        """A challenge for which the core group asked, at tier 1."""
        return self.asks(way="core_group")

    def meets(self, reference: str, day: str = "2026-11-30") -> None:
        """Both views are filled in, legal and police considered, and the date of the meeting confirmed."""
        for name in ("sam", "tess"):
            self.does(name, "fill", reference, **VIEW)
        decided: dict[str, Value] = {
            "consider_legal": "yes",
            "consider_police": "no",
            "consider_reason_police": "No offence is looked into.",
        }
        when: dict[str, Value] = {"day": day, "at": "10:00", "decision": "confirm"}
        self.does("tess", "schedule", reference, **when, **decided)

    def opens(self, name: str, text: str) -> Form:
        """Somebody types a command, which must open a form."""
        reply = self.types(name, text)
        assert isinstance(reply, Ask), reply
        return reply.form

    def shows(self, name: str, reference: str) -> Card:
        """The record as somebody opens it."""
        reply = self.presses(name, "show", challenge=reference)
        assert isinstance(reply, Say)
        return reply.card

    def labels(self, name: str, reference: str) -> list[str]:
        """The labels of the buttons that somebody gets on the record."""
        return [button.label for button in self.buttons(name, reference)]

    def buttons(self, name: str, reference: str) -> list[Button]:
        """The buttons that somebody gets on the record, those of its menu last."""
        groups = [part for part in self.shows(name, reference).parts if isinstance(part, Buttons)]
        return [button for group in groups for button in (*group.items, *group.more)]

    def messages(self, name: str) -> dict[str, Card]:
        """What somebody would be sent by now, by the kind of message; the newest of a kind."""
        query = (
            select(Outbox)
            .where(col(Outbox.email) == self.row(name).email, col(Outbox.state) == "waiting")
            .where(col(Outbox.send_after) <= self.now)
            .order_by(col(Outbox.id))
        )
        found: dict[str, Card] = {}
        with self.office.database.read() as session:
            person = people.person(session, self.row(name).email)
            assert person is not None
            for row in session.execute(query).scalars():
                about = Notice(
                    row.key, row.email, row.notice, row.challenge_id, row.stage_number, row.body, row.due_at
                )
                card = compose(Desk(self.office, session, person), about)
                if card is not None:
                    found[row.notice] = card
        return found

    @property
    def now(self) -> datetime:
        """The moment."""
        return self.clock.now()
