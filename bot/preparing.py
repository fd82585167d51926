"""A message made ready to be sent: composed for whoever is there today, or put off, or found to have nothing left to say.

To compose it takes longest. Where several are due they are composed first, in a transaction that only reads and in which what they have
in common is read once; then one short transaction holds them all, provided that nothing has happened since. What cannot be made so is
made by itself: composed and held in one transaction.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from bot.sending import CannotDeliver, Searchable, Sender, TryLater
from bot.together import apart
from commands import notices
from commands.desk import SYSTEM, Desk
from commands.documents.handing_over import PERSONAL
from commands.leads import Notice
from commands.office import Office
from commands.problem_notes import report_problem
from commands.shared import Shared
from commands.vocabulary import Card
from storage import absences, outbox, people, reminders
from storage.absences import StandIn
from storage.ahead import happened_since, moment
from storage.invitations import INVITATION
from storage.outbox import Claimed
from storage.people import Person
from storage.undelivered import AGAIN

PACE = timedelta(seconds=1)
"""Between two messages to one person; Slack takes about one a second in a conversation."""


@dataclass(frozen=True)
class Ready:
    """A message composed for the person who gets it today: the row, the address on the platform, the card and the person.

    `before` is who was written to when it may have been sent, if that was somebody else. `held` is when it was held (`monotonic`), or
    None when it has not been yet. `moment`: what happened later (`storage.ahead.happened_since`) it does not show.
    """

    row: Claimed
    platform: str
    address: str | None
    email: str
    card: Card
    before: Person | None = None
    held: float | None = None
    moment: int = 0


class Preparing:
    """Makes messages ready, for one process. Its methods are synchronous, and are called on worker threads."""

    def __init__(
        self, office: Office, senders: Mapping[str, Sender], *, lease: timedelta, pace: timedelta = PACE
    ) -> None:
        self._office, self._senders, self._lease, self._pace = office, senders, lease, pace
        self._last: dict[str, datetime] = {}
        self._pacing = threading.Lock()

    def prepare_together(self, rows: Sequence[Claimed]) -> dict[int, Ready | None]:
        """As `prepare` for several at once, by the ids of their rows. Those that are missing must be prepared by themselves."""
        made: dict[int, Ready | None] = {}
        with suppress(Exception):  # whatever is wrong shows again where one message at a time is made
            ahead = self._compose_ahead([row for row in rows if _can_be_made_ahead(row)])
            for group in apart(ahead.rows, lambda row: row.challenge_id):
                made |= self._hold_together(group, ahead)
        return made

    def _compose_ahead(self, rows: Sequence[Claimed]) -> Ahead:
        """Compose what can be; nobody who writes has to wait for it."""
        now = self._office.clock.now()
        with self._office.database.snapshot() as session:
            ahead = Ahead(now, moment(session))
            shared = Shared(session, self._office.today(now), [row.email for row in rows])
            desk = Desk(self._office, session, SYSTEM, now=now, shared=shared)
            for row in rows:
                with suppress(Exception):
                    person = self._reader(row, desk)
                    theirs = Desk(self._office, session, person, now=now, shared=shared)
                    ahead.keep(row, person, notices.compose(theirs, notice_of(row)))
        return ahead

    def _hold_together(self, rows: Sequence[Claimed], ahead: Ahead) -> dict[int, Ready | None]:
        """Hold what was composed, all or nothing: whatever is wrong with one of them undoes this for all."""
        paced: list[str] = []
        try:
            with self._office.database.write() as session:
                if happened_since(session, ahead.moment):
                    raise Overtaken
                shared = Shared(session, self._office.today(ahead.now), [row.email for row in rows])
                desk = Desk(self._office, session, SYSTEM, now=ahead.now, shared=shared)
                return {row.id: self._one(row, desk, ahead.card, ahead.moment, paced) for row in rows}
        except Exception:  # noqa: BLE001  each is made by itself now, where it is found out what is wrong
            self._forget_pace(paced)
            return {}

    def prepare(self, row: Claimed) -> Ready | None:
        """Compose the message for whoever is there today; None when there is nothing to send now, and the row says why.

        Raises CannotDeliver, and TryLater for a person who has just been sent another.
        """
        now = self._office.clock.now()
        with self._office.database.write() as session:

            def compose(row: Claimed, person: Person) -> Card | None:
                reminder = row.notice == reminders.REMINDER
                instead_of = tuple(reminders.stands_for(session, row.key)) if reminder else ()
                return notices.compose(
                    Desk(self._office, session, person, now=now), notice_of(row, instead_of)
                )

            desk = Desk(self._office, session, SYSTEM, now=now)
            return self._one(row, desk, compose, moment(session), [])

    def _one(
        self,
        row: Claimed,
        desk: Desk,
        compose: Callable[[Claimed, Person], Card | None],
        since: int,
        paced: list[str],
    ) -> Ready | None:
        session, now = desk.session, desk.now
        if self._put_off(row, desk):
            return None
        if not row.maybe_sent and reminders.collapse(session, row, now) is not None:
            return None
        stand_in = _stand_in(row, desk)
        if stand_in.trouble is not None:
            _tell_nobody_covers(desk, row, stand_in.chain)
        person = self._reader(row, desk)
        platform = platform_of(person, self._senders)
        row = self._once_more(row, desk, platform)
        card = compose(row, person)
        if card is None:
            outbox.replace(session, [], "nothing", claimed=row)
            return None
        self._keep_pace(person.email, now)
        paced.append(person.email)
        address = address_of(person, platform)
        ready = Ready(
            row, platform, address, person.email, card, self._before(row, person, desk), moment=since
        )
        if row.maybe_sent or address is None or card.file is not None:
            return ready
        # Nothing has to be asked first: what would be another transaction is done in this one.
        held = outbox.hold(session, row, now=now, lease=self._lease, sent_to=person.email)
        return replace(ready, held=monotonic()) if held else None

    def hold(self, ready: Ready) -> bool:
        """Ask just before sending whether it is still wanted, and still ours."""
        now = self._office.clock.now()
        with self._office.database.write() as session:
            return outbox.hold(session, ready.row, now=now, lease=self._lease, sent_to=ready.email)

    def remember(self, row: Claimed, body: Mapping[str, object]) -> bool:
        """Keep more about a row that is being sent."""
        with self._office.database.write() as session:
            return outbox.remember(session, row, body)

    def address_found(self, ready: Ready, address: str) -> None:
        """Keep the platform's id of a person who was looked up there."""
        with self._office.database.write() as session:
            people.remember_platform_id(session, ready.email, ready.platform, address)

    def wrote_to(self, row: Claimed) -> Person | None:
        """Who was written to at the last try, or would have been."""
        with self._office.database.read() as session:
            return people.person(session, row.sent_to or row.email)

    def _put_off(self, row: Claimed, desk: Desk) -> bool:
        """Put off what must wait for a moment of its own; others may go first."""
        hours = self._office.hours
        until, why = hours.next_open(desk.now), "It waits for office hours."
        if until <= desk.now or row.urgent:
            if row.notice not in notices.PRIVATE or row.email not in desk.absences:
                return False
            # Nobody may read it instead of the person, who may be back earlier than planned.
            until = hours.at(self._office.calendar.add(desk.today, 1), hours.opens)
            why = "It waits for the person, who is away."
        outbox.later(
            desk.session, row, send_after=until, trouble=why, maybe_sent=row.maybe_sent, keeps_place=False
        )
        return True

    def _reader(self, row: Claimed, desk: Desk) -> Person:
        stand_in = _stand_in(row, desk)
        email = stand_in.email if stand_in.trouble is None else row.email
        found = people.person(desk.session, email) if desk.shared is None else desk.shared.people.get(email)
        if found is None or not found.active:
            raise CannotDeliver("This person is no longer on the council's list.", "left")
        return found

    def _once_more(self, row: Claimed, desk: Desk, platform: str) -> Claimed:
        """Where the platform cannot be asked what it has: what may have been sent is sent once more, and says so; never a third time."""
        sender = self._senders.get(platform)
        if not row.maybe_sent or sender is None or isinstance(sender, Searchable):
            return row
        if row.body.get(AGAIN):
            raise CannotDeliver(
                "It was sent twice without an answer, so it may have arrived. Ask the person before it is sent again.",
                "unknown",
            )
        body: dict[str, Any] = {**row.body, AGAIN: True}
        outbox.remember(desk.session, row, body)
        return replace(row, body=body)

    def _before(self, row: Claimed, person: Person, desk: Desk) -> Person | None:
        if not row.maybe_sent or row.sent_to in (None, person.email):
            return None
        return people.person(desk.session, row.sent_to or "")

    def _keep_pace(self, email: str, now: datetime) -> None:
        """Put a message off when the person has just been sent another, rather than be told so by the platform."""
        with self._pacing:
            since = now - self._last.get(email, now - self._pace)
            if timedelta() <= since < self._pace:
                raise TryLater((self._pace - since).total_seconds())
            self._last[email] = now

    def _forget_pace(self, emails: Iterable[str]) -> None:
        with self._pacing:
            for email in emails:
                self._last.pop(email, None)


class Ahead:
    """Cards that were composed at a moment for their readers."""

    def __init__(self, now: datetime, moment: int) -> None:
        self.now, self.moment = now, moment
        self._cards: dict[int, tuple[Claimed, Person, Card | None]] = {}

    @property
    def rows(self) -> list[Claimed]:
        """The rows whose cards these are."""
        return [row for row, _, _ in self._cards.values()]

    def keep(self, row: Claimed, person: Person, card: Card | None) -> None:
        """This is what the row says to the person."""
        self._cards[row.id] = row, person, card

    def card(self, row: Claimed, person: Person) -> Card | None:
        """What it says to this person. Raises Overtaken when it was composed otherwise."""
        composed_from, reader, card = self._cards[row.id]
        if composed_from != row or reader != person:
            raise Overtaken
        return card


class Overtaken(Exception):
    """Something has happened since the message was composed."""


def _can_be_made_ahead(row: Claimed) -> bool:
    """Not what may have been sent, which is looked for first; nor a reminder: for which others it stands is found when it is held."""
    return not row.maybe_sent and row.notice != reminders.REMINDER


def _stand_in(row: Claimed, desk: Desk) -> StandIn:
    # Whoever is invited was chosen for that day; somebody who covers today need not come.
    away = {} if row.notice in (*PERSONAL, INVITATION) else desk.absences
    return absences.stand_in(away, row.email)


def notice_of(row: Claimed, instead_of: tuple[datetime, ...] = ()) -> Notice:
    """What a row has to say."""
    return Notice(
        row.key,
        row.email,
        row.notice,
        row.challenge_id,
        row.stage_number,
        row.body,
        row.due_at,
        instead_of,
        row.channel,
    )


def platform_of(person: Person, senders: Mapping[str, Sender]) -> str:
    """The platform on which the person is reached: one where their id is known, else the first there is."""
    known = [name for name in senders if getattr(person, f"{name}_user_id", None)]
    return (known or list(senders) or ["none"])[0]


def address_of(person: Person, platform: str) -> str | None:
    """By what the platform knows a person; None where that is still to be looked up."""
    if platform == outbox.EMAIL:
        return person.email
    address: str | None = getattr(person, f"{platform}_user_id", None)
    return address


def _tell_nobody_covers(desk: Desk, row: Claimed, chain: Any) -> None:
    who = desk.name(row.email)
    names = " → ".join(desk.name(email) for email in chain)
    report_problem(
        desk,
        f"uncovered:{row.email}:{desk.today}",
        f"{who} is away and nobody covering is there ({names}). Messages still go to {who}. Record another cover, or pass parts on with /challenge reassign.",
        desk.office_record(row.challenge_id),
    )
