"""A message made ready to be sent: composed for whoever is there today, or put off, or found to have nothing left to say."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.sending import CannotDeliver, Sender, TryLater
from commands import notices
from commands.desk import SYSTEM, Desk
from commands.documents.handing_over import PERSONAL
from commands.leads import Notice
from commands.office import Office
from commands.problem_notes import report_problem
from commands.vocabulary import Card
from storage import absences, outbox, people
from storage.invitations import INVITATION
from storage.outbox import Claimed
from storage.people import Person
from storage.undelivered import AGAIN

PACE = timedelta(seconds=1)
"""Between two messages to one person; Slack takes about one a second in a conversation."""


@dataclass(frozen=True)
class Ready:
    """A message composed for the person who gets it today: the row, the address on the platform, the card and the person.

    `before` is who was written to when it may have been sent, if that was somebody else. `held`: it may be sent at once.
    """

    row: Claimed
    platform: str
    address: str | None
    email: str
    card: Card
    before: Person | None = None
    held: bool = False


class Preparing:
    """Makes messages ready, for one process. Its methods are synchronous, and are called on worker threads."""

    def __init__(
        self, office: Office, senders: Mapping[str, Sender], *, lease: timedelta, pace: timedelta = PACE
    ) -> None:
        self._office, self._senders, self._lease, self._pace = office, senders, lease, pace
        self._last: dict[str, datetime] = {}
        self._pacing = threading.Lock()

    def prepare(self, row: Claimed) -> Ready | None:
        """Compose the message for whoever is there today; None when there is nothing to send now, and the row says why.

        Raises CannotDeliver, and TryLater for a person who has just been sent another.
        """
        now = self._office.clock.now()
        with self._office.database.write() as session:
            desk = Desk(self._office, session, SYSTEM, now=now)
            if self._put_off(row, desk):
                return None
            if not row.maybe_sent and outbox.collapse(session, row, now) is not None:
                return None
            person = self._reader(row, desk)
            platform = platform_of(person, self._senders)
            row = self._once_more(row, desk, platform)
            instead_of = tuple(outbox.stands_for(session, row.key)) if row.notice == outbox.REMINDER else ()
            card = notices.compose(Desk(self._office, session, person, now=now), notice_of(row, instead_of))
            if card is None:
                outbox.replace(session, [], "nothing", claimed=row)
                return None
            self._keep_pace(person.email, now)
            address = address_of(person, platform)
            ready = Ready(row, platform, address, person.email, card, self._before(row, person, desk))
            if row.maybe_sent or address is None or card.file is not None:
                return ready
            # Nothing has to be asked first: what would be another transaction is done in this one.
            held = outbox.hold(session, row, now=now, lease=self._lease, sent_to=person.email)
            return replace(ready, held=True) if held else None

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
        # Whoever is invited was chosen for that day; somebody who covers today need not come.
        away = {} if row.notice in (*PERSONAL, INVITATION) else desk.absences
        stand_in = absences.stand_in(away, row.email)
        if stand_in.trouble is not None:
            _tell_nobody_covers(desk, row, stand_in.chain)
        found = people.person(desk.session, stand_in.email if stand_in.trouble is None else row.email)
        if found is None or not found.active:
            raise CannotDeliver("This person is no longer on the council's list.", "left")
        return found

    def _once_more(self, row: Claimed, desk: Desk, platform: str) -> Claimed:
        """Where the platform cannot be asked what it has: what may have been sent is sent once more, and says so; never a third time."""
        sender = self._senders.get(platform)
        if not row.maybe_sent or sender is None or sender.can_find:
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
