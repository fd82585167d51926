"""A council with somebody in every position that there is, and a challenge at each of Bradford's stages."""

from __future__ import annotations

from dataclasses import dataclass

from commands.access import GIVES_OPINION, PART_IN_CONCERN, Place, Position, places, positions
from commands.office import Office
from commands.reception import Reception
from commands.vocabulary import Say
from procedures import library
from procedures.authority import parse_authority, template
from procedures.clock import SetClock
from procedures.people import read_people
from procedures.private_concern import ASKED, RAISER, WITH
from storage import absences, people
from storage.database import Database
from storage.tables import SecondOpinion
from tests.barsetshire import people_csv
from tests.commands.conftest import CONCERN, MONDAY, MORE, RAISED, WEST, Council, said
from tests.doors.front import in_memory

MORE_STILL = """\
cora.finch@barsetshire.example,Cora Finch,social_worker,west-1,U01CORA001,
abel.dunn@barsetshire.example,Abel Dunn,team_manager,east-1,U01ABEL001,
rita.moss@barsetshire.example,Rita Moss,team_manager,east-1,U01RITA001,
gus.lane@barsetshire.example,Gus Lane,team_manager,east-1,U01GUS0001,
"""
SUMMARY = "Each side was heard by the other."
REASON = "Nothing at all has changed since then."
SECRETS = (CONCERN, RAISED["agreed_actions"], RAISED["talk_1_result"], SUMMARY, REASON)
CASE = RAISED["case_reference"]

STAGES = ("stage-1", "stage-2", "stage-3", "deputy-director", "partnership")
PARTS: dict[str, dict[str, str]] = {
    "stage-1": {"asked:team_manager": "priya leo abel gus", "copied:social_worker": "tom"},
    "stage-2": {
        "asked:children_service_manager": "gareth",
        "copied:social_worker": "tom",
        "copied:team_manager": "priya leo abel gus",
        "chair:cpc_team_manager": "miriam",
        "attends:team_manager": "priya leo abel gus",
    },
    "stage-3": {
        "asked:head_of_service": "ruth",
        "copied:children_service_manager": "gareth",
        "copied:social_worker": "tom",
        "copied:team_manager": "priya leo abel gus",
        "chair:review_service_manager": "imran",
        "attends:children_service_manager": "gareth",
        "before": "miriam",
    },
    "deputy-director": {
        "asked:review_head_of_service": "sally",
        "copied:head_of_service": "ruth",
        "before": "tom priya leo abel gus gareth miriam imran",
    },
    "partnership": {
        "asked:partnership": "alan",
        "copied:review_head_of_service": "sally",
        "copied:assistant_director": "joan",
        "before": "tom priya leo abel gus gareth miriam imran ruth",
    },
}
"""Who has which part at each stage, written down by hand. Hannah has raised it everywhere."""
BESIDE = {
    f"{PART_IN_CONCERN}{RAISER}": "tom",
    f"{PART_IN_CONCERN}{ASKED}": "priya leo abel",
    f"{PART_IN_CONCERN}{WITH}": "miriam",
    GIVES_OPINION: "miriam",
}
"""Who has which part in the private concern about Hannah, and who was asked for a second opinion. Nobody covers there."""
COVERS = {"cora": "abel"}
THE_SAME = ("leo",)
"""Stands to everything as Priya does."""
GUESTS = ("gus",)
"""In people.csv with their Slack id, and guests in Slack."""
REMOVED = ("rita",)
UNKNOWN = ("nobody",)
ABOVE = "priya leo abel gareth ruth miriam imran sally"
"""Who holds an overseeing role for the team or above it."""


@dataclass(frozen=True)
class Standing:
    """A stage that the challenge has come to, or `ended` there."""

    stage: str
    ended: bool = False

    def __str__(self) -> str:
        return "ended" if self.ended else self.stage


STANDINGS = [*(Standing(stage) for stage in STAGES), Standing("partnership", ended=True)]


class Cast(Council):
    """The council, in memory unless a database is given; `begins`: it has nobody yet. `come_to` leaves the database with a challenge that stands there."""

    def __init__(self, database: Database | None = None, *, begins: bool = True) -> None:
        self.clock = SetClock(MONDAY)
        fresh = database is None
        begins = begins and not fresh
        database = database or in_memory()
        authority = parse_authority(template() + WEST)
        self.office = Office(authority, library.load(authority.procedures), database, self.clock)
        self.reception = Reception(self.office)
        rows = read_people(people_csv() + MORE + MORE_STILL, "people.csv", authority, self.office.roles)
        self.rows = rows
        self._ids = {row.name.split()[0].lower(): row for row in rows}
        self._requests = 0
        if begins:
            database.migrate()
        if begins or fresh:
            with database.write() as session:
                people.apply_people(session, rows, at=MONDAY)

    def user(self, name: str) -> str:
        """Somebody's id in Slack."""
        return self.who(name).user_id

    @property
    def names(self) -> list[str]:
        """Everybody, those whom the list does not have among them."""
        return [*self._ids, *UNKNOWN]

    def come_to(self, standing: Standing) -> str:
        """A challenge there, with a meeting set for today where there is one, a private concern and a question for a second opinion."""
        reference = self.raises()
        unresolved = {"choice": "unresolved", "held_on": "2026-11-23", "summary": SUMMARY}
        further = {"immediate_risk": "no", "outline": REASON}
        discussed = {
            "consulted_review_head_of_service": "2026-11-20",
            "consulted_assistant_director": "2026-11-20",
            "field_ground": "unresolved",
        }
        today = {"day": "2026-11-23", "at": "16:00", "place": "Room 2", "decision": "confirm"}
        ways: list[list[tuple[str, str, dict[str, str]]]] = [
            [],
            [("priya", "acknowledge", {}), ("hannah", "escalate", further), ("gareth", "schedule", today)],
            [("miriam", "outcome", unresolved), ("hannah", "escalate", further), ("ruth", "schedule", today)],
            [("imran", "outcome", unresolved), ("hannah", "escalate", further)],
            [("sally", "outcome", unresolved), ("hannah", "escalate", further | discussed)],
        ]
        for way in ways[: STAGES.index(standing.stage) + 1]:
            for name, command, values in way:
                self.does(name, command, reference, **values)
        if standing.ended:
            self.does("hannah", "resolve", reference, outcome="It is settled now.")
        return self._beside(reference)

    def _beside(self, reference: str) -> str:
        form = self.form("tom", "concern", coordinator=self.row("hannah").email)
        values = {
            "coordinator": self.row("hannah").email,
            "concern": "She is hard to reach.",
            "tried": "I rang.",
        }
        reply = self.sends("tom", "concern", dict(form.context), **values)
        assert isinstance(reply, Say), said(reply)
        with self.office.database.write() as session:
            staying = [row for row in self.rows if row.name.split()[0].lower() not in REMOVED]
            people.apply_people(session, staying, at=MONDAY)
            day = MONDAY.date()
            for name, other in COVERS.items():
                away, cover = self.row(other).email, self.row(name).email
                absences.record_absence(session, email=away, cover=cover, first=day, last=day, at=MONDAY)
            draft = {"context": {}, "values": {"concern": CONCERN, "case_reference": CASE}}
            asker, asked = self.row("hannah").email, self.row("miriam").email
            session.add(SecondOpinion(asker=asker, asked=asked, asked_at=MONDAY, draft=draft))
        return reference


def stands(cast: Cast, standing: Standing, name: str) -> tuple[Place, list[Position]]:
    """How somebody stands to the challenge there, from the parts written down above and their roles in people.csv."""
    procedure = cast.office.library.in_use[0]
    found = places(procedure)
    place = found[-1] if standing.ended else found[STAGES.index(standing.stage)]
    known = {each.id: each for each in positions(place)}
    if name in REMOVED:
        return place, [known["removed"]]
    if name in GUESTS or name in UNKNOWN:
        return place, [known["stranger"]]
    ids = _parts(standing.stage, name)
    ids += [f"covers:{each}" for other in [COVERS.get(name, "")] for each in _parts(standing.stage, other)]
    role = cast.row(name).role
    ids.append("administrator" if role == "administrator" else f"elsewhere:{role}")
    if name in ABOVE.split():
        ids.append(f"above:{role}")
    beside = frozenset(part for part, names in BESIDE.items() if name in names.split())
    return place, [*(known[each] for each in ids), Position("beside", "beside the challenge", beside)]


def _parts(stage: str, name: str) -> list[str]:
    parts = [part for part, names in PARTS[stage].items() if name in names.split()]
    return (["raiser"] if name == "hannah" else []) + parts
