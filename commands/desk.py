"""The desk: one person's one request, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

from sqlmodel import Session

from commands.errors import NotYours, Refused, Repeated
from commands.office import Office
from commands.record import Record, challenge_id
from commands.shared import AT_ONCE, Shared
from commands.shown import challenges_on
from commands.vocabulary import Card
from procedures.engine import CONCERNED, OVERSEER, OWNER, Circumstances, NotNow, holding, not_here, who_may
from procedures.schema import RAISER, Procedure
from procedures.steps import ActionDone, Decided, FormRecorded, SideClosed, SideOpened, Step
from storage import absences, audit, challenges, handled, people, procedure_texts, roster
from storage.absences import Away
from storage.people import Person

T = TypeVar("T")

SYSTEM = Person("challenge-bot", "challenge-bot", None, None, active=False)
"""Who the program's own changes are written down under; no row of the people's table."""


class Desk:
    """What a command works with: who is asking, when, the record, and the transaction that everything is written in.

    `key` is the platform's id of the request; `once` makes sure that it has one effect. `changed` says whether something was.
    `shared` is what has been read already, for a desk at which nothing is changed.
    """

    def __init__(
        self,
        office: Office,
        session: Session,
        actor: Person,
        key: str = "",
        now: datetime | None = None,
        shared: Shared | None = None,
    ) -> None:
        self.office = office
        self.session = session
        self.actor = actor
        self.key = key
        self.now = now or office.clock.now()
        self.changed = False
        self.shared = shared
        self._read: dict[int, Record] = {}
        self._notes: list[audit.Event] = []

    @cached_property
    def today(self) -> date:
        """The local day."""
        return self.office.today(self.now) if self.shared is None else self.shared.today

    @cached_property
    def absences(self) -> dict[str, Away]:
        """Who is away today."""
        return absences.away_on(self.session, self.today) if self.shared is None else self.shared.absences

    @cached_property
    def covered(self) -> list[str]:
        """The people away today for whom the actor stands in, through however many covers."""
        if self.shared is not None:
            return self.shared.covers.get(self.actor.email, [])
        return [
            email
            for email in self.absences
            if email != self.actor.email and absences.stand_in(self.absences, email).email == self.actor.email
        ]

    @cached_property
    def _names(self) -> dict[str, str]:
        return roster.few_names(self.session, AT_ONCE) if self.shared is None else self.shared.names

    def name(self, email: str) -> str:
        """A person's name, of those who have left as well. Where many work they are looked up one by one."""
        known = self._names
        if email not in known and len(known) >= AT_ONCE:
            known[email] = roster.name_of(self.session, email) or email
        return known.get(email, email)

    def name_all(self, emails: Iterable[str], last: str = "or") -> str:
        """Several people's names as a sentence has them: "Ann Lee, Tom Hall or Priya Shah"."""
        names = [self.name(email) for email in emails]
        return (
            names[0]
            if len(names) == 1
            else f"{', '.join(names[:-1])} {last} {names[-1]}"
            if names
            else "nobody yet"
        )

    @cached_property
    def roles(self) -> list[tuple[str, str]]:
        """The actor's own roles with their units."""
        if self.shared is not None and self.actor.email in self.shared.roles:
            return self.shared.roles[self.actor.email]
        return list(people.roles_of(self.session, self.actor.email))

    def holds(self, roles: Iterable[str]) -> bool:
        """Whether the actor holds one of these roles for any unit."""
        wanted = set(roles)
        return any(role in wanted for role, _ in self.roles)

    def once(self) -> None:
        """Claim the request's effect. Raises Repeated when a redelivery comes in after it was carried out."""
        if self.key and not self.changed and not handled.first_time(self.session, self.key, self.now):
            raise Repeated
        self.changed = True
        self._read.clear()

    def note_down(self, action: str, subject: str, body: Mapping[str, Any]) -> None:
        """For the audit: what was done to what. It is written by `close`."""
        self._notes.append(audit.Event(self.now, self.actor.email, action, subject, body))

    def shown(self, card: Card, how: str) -> None:
        """Write down that the challenges on a card were read, unless what was done at this desk is written down already."""
        found = [] if self.changed or self._notes else challenges_on(card)
        if found:
            self.note_down("read", how, {"how": how, "challenges": found})

    def in_the_name_of(self, person: Person) -> Desk:
        """A desk for somebody else's step in this transaction; what it notes down is written by this one's `close`."""
        theirs = Desk(self.office, self.session, person, now=self.now)
        theirs._notes = self._notes
        return theirs

    def close(self) -> None:
        """Write the audit. Last in the transaction, for everybody: its head is locked until the end, and whoever held it while
        waiting for somebody else's rows could wait for ever."""
        audit.append_many(self.session, self._notes)
        self._notes.clear()

    def record(self, reference: str, *, for_change: bool = False, or_overseen: bool = False) -> Record:
        """A challenge that the actor may see. Raises Refused for anything else, in the same words whether or not it exists.

        or_overseen: those who oversee its unit may have it too, for what shows nothing of what it is about.
        """
        number = challenge_id(reference)
        if number is None:
            raise Refused(
                f'"{reference[:40]}" is not a challenge\'s reference. They look like CH-1042; /challenge list shows yours.'
            )
        record = None if for_change else self._read.get(number)
        if record is None:
            stored = challenges.load(self.session, number, for_change=for_change)
            record = None if stored is None else self.with_procedure(stored)
        if record is None or not (self.may_see(record) or (or_overseen and self.oversees(record))):
            raise Refused(
                f"CH-{number} is not a challenge that you have a part in. /challenge list shows yours; check the number, or ask the person who gave it to you."
            )
        self._read[number] = record
        return record

    def office_record(self, number: int | None) -> Record | None:
        """A challenge for the program itself, whoever is concerned; None for none."""
        stored = None if number is None else challenges.load(self.session, number)
        return None if stored is None else self.with_procedure(stored)

    def concerning(self, emails: list[str]) -> list[Record]:
        """The open challenges in which one of these people has a part, the longest open first."""
        if self.shared is not None:
            return self.shared.concerning(emails, self.with_procedure, self.actor.language)
        ids = challenges.ids_concerning(self.session, emails)
        return [self.with_procedure(stored) for stored in challenges.load_many(self.session, ids)]

    def with_procedure(self, stored: challenges.Stored) -> Record:
        """The record under the procedure as it was when the challenge began."""
        return Record(stored, self.procedure_of(stored.head))

    @cached_property
    def procedures(self) -> list[Procedure]:
        """The procedures in use, in the actor's language."""
        return [each.in_language(self.actor.language) for each in self.office.library.in_use]

    def procedure_of(self, head: challenges.Head) -> Procedure:
        """The procedure as it was when a challenge began, in the actor's language."""
        procedure = self.office.library.of(
            head.procedure,
            head.version,
            lambda: procedure_texts.procedure_text(self.session, head.procedure, head.version),
        )
        return procedure.in_language(self.actor.language)

    def may_see(self, record: Record) -> bool:
        """Whether the actor, or somebody the actor covers, is concerned."""
        return self.actor.email in record.concerned or any(
            email in record.concerned for email in self.covered
        )

    def oversees(self, record: Record) -> bool:
        """Whether the actor holds a role that oversees the team of the challenge: its list, and who has which part."""
        return self.holds_above(holding(record.procedure, "oversee"), record.head.unit)

    def holds_above(self, roles: Iterable[str], unit: str) -> bool:
        """Whether the actor holds one of these roles for the unit or one above it."""
        wanted, chain = set(roles), set(self.office.authority.upwards(unit))
        return any(role in wanted and where in chain for role, where in self.roles)

    def circumstances(self, record: Record | None = None) -> Circumstances:
        """What the engine must know of this moment."""
        if record is None:
            return self._circumstances(None)
        return self.found_once("circumstances", record, lambda: self._circumstances(record))

    def found_once(self, what: str, record: Record, find: Callable[[], T]) -> T:
        """What `find` finds out about a record, the same whoever reads it: once for all the desks that share their reading."""
        return find() if self.shared is None else self.shared.once(what, record, find)

    def _circumstances(self, record: Record | None) -> Circumstances:
        window = None if record is None else record.window
        lapsed = window is not None and window.running and window.due_at <= self.now
        due_day = None if record is None else record.due_day
        return Circumstances(self.today, lapsed, self.office.calendar.reason_closed, due_day)

    def on_behalf(self, record: Record, kind: str, step: Step | None = None) -> str | None:
        """For whom the actor takes a step of this kind: None for themselves, else the person they cover.

        `step` narrows it to those who may take this very one: the part that decides, the form, the action, the route. Raises
        NotYours, naming who can, when neither may; NotNow when the stage has no such step for anybody.
        """
        roles, able = self._able(record, kind, step)
        if not roles:
            raise NotNow(not_here(record.standing.now.stage, kind))
        if self.actor.email in able:
            return None
        for email in self.covered:
            if email in able:
                return email
        raise NotYours(
            f"Only {self._titles(record, roles)} can do this: {self.name_all(dict.fromkeys(able))}."
        )

    def may(self, record: Record, kind: str, step: Step | None = None) -> bool:
        """Whether `on_behalf` would let them, for themselves or for somebody they cover."""
        _, able = self._able(record, kind, step)
        return self.actor.email in able or any(email in able for email in self.covered)

    def _able(self, record: Record, kind: str, step: Step | None) -> tuple[tuple[str, ...], Collection[str]]:
        """The roles that may take this step, and the people; no roles where the stage has no such step."""
        name, part = ("", "") if step is None else _narrowed(record, step)
        roles = who_may(record.procedure, record.standing, kind, name)
        roles = tuple(role for role in roles if role == part) if part in roles else roles
        if CONCERNED in roles:
            return roles, record.concerned
        able = record.holders(roles)
        if isinstance(step, ActionDone) and OWNER in roles:
            action = record.standing.action(step.action)
            able += [] if action is None else [action.step.owner]
        if OVERSEER in roles and self.oversees(record):
            able.append(self.actor.email)
        return roles, able

    def _titles(self, record: Record, roles: Collection[str]) -> str:
        """Those who may, by their roles: "the person who raised it or the team manager"."""
        known = [role for role in roles if role in record.procedure.role or role == RAISER]
        held = [role for role in known if record.holders((role,))] or known
        titles = [
            record.procedure.role_name(role) if role == RAISER else f"the {record.procedure.role_name(role)}"
            for role in held
        ]
        if CONCERNED in roles:
            titles.append("whoever has or had a part")
        if OVERSEER in roles:
            titles.append("a manager who oversees the team")
        if OWNER in roles:
            titles.insert(0, "whoever the action belongs to")
        return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} or {titles[-1]}"

    def read(self, record: Record, how: str) -> None:
        """Write down that the record was read."""
        self.note_down("read", record.reference, {"how": how})


def _narrowed(record: Record, step: Step) -> tuple[str, str]:
    """The form or route that a step is about, and the one part that may take it, where only one may."""
    if isinstance(step, Decided):
        return "", step.role
    if isinstance(step, FormRecorded):
        return step.form, step.role
    if isinstance(step, SideOpened):
        return step.side, ""
    if isinstance(step, SideClosed):
        route = next((each for each in record.standing.sides if each.entry.number == step.opened), None)
        return ("" if route is None else route.side.id), ""
    return "", ""
