"""What became of a message, written down: sent, to be tried again, never to be delivered, not there after all."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session

from bot.gates import Gates
from bot.preparing import Ready
from bot.sending import NotConnected, TryLater
from commands import undelivered
from commands.desk import SYSTEM, Desk
from commands.documents.handing_over import PERSONAL, tell_asker
from commands.office import Office
from commands.problem_notes import report_problem
from commands.record import challenge_id
from commands.shown import challenges_on
from storage import ahead, audit, outbox, problems
from storage.outbox import Claimed
from storage.postings import Place
from storage.undelivered import AGAIN

_log = structlog.get_logger()

SOON = timedelta(milliseconds=10)
"""Before a next attempt at least: a platform that says "now" must not make us go round in circles."""
PATIENCE = timedelta(minutes=30)
"""Between two attempts at most."""
GIVE_UP_TELLING = timedelta(hours=1)
"""After how long without success an administrator is told, while the attempts go on."""
SEVERAL = 4
"""Attempts at least before anybody is told: after a long silence the first that fails says little."""
NOT_REACHED = "The chat platform could not be reached."
WHAT_WAITS = {outbox.EMAIL: ("No e-mail can be sent.", "E-mails wait")}
"""What a platform that refuses the program holds up, where that is not everything."""


@dataclass(frozen=True)
class Arrived:
    """A message that is there: `place` is where it stands, None for a file. `fresh`: composed a moment ago, so that it needs no
    redrawing as what an earlier try sent would."""

    ready: Ready
    place: Place | None
    fresh: bool

    @property
    def challenge_id(self) -> int | None:
        """The challenge that it is about."""
        return self.ready.row.challenge_id


class Marking:
    """Writes down what became of messages. Its methods are synchronous, and are called on worker threads."""

    def __init__(self, office: Office, gates: Gates) -> None:
        self._office, self._gates = office, gates

    def sent(self, arrived: Sequence[Arrived]) -> None:
        """These are there, of each challenge one at most."""
        now = self._office.clock.now()
        opened = [each for each in {each.ready.platform: None for each in arrived} if self._gates.open(each)]
        with self._office.database.write() as session:
            for platform in opened:
                problems.solve(session, _refuses(platform), now)
            overtaken = _overtaken(session, arrived)
            rows = [_as_read(each, each.ready.row.id in overtaken) for each in arrived]
            places = [each.place for each in arrived]
            ours = outbox.sent_together(session, list(zip(rows, places, strict=True)), at=now)
            marked = [
                pair for pair, is_ours in zip(zip(arrived, rows, strict=True), ours, strict=True) if is_ours
            ]
            # Of trouble with the chat itself the administrators hear after it, and it stays on the list until then.
            hard = [row for _, row in marked if row.attempts > SEVERAL and row.channel != outbox.CHAT]
            for solved in dict.fromkeys(_slow(row) for row in hard):
                problems.solve(session, solved, now)
            audit.append_many(session, [_told(each.ready, row, now) for each, row in marked])

    def works(self, platform: str) -> None:
        """The platform took something; what was said about it is over."""
        if self._gates.open(platform):
            with self._office.database.write() as session:
                problems.solve(session, _refuses(platform), self._office.clock.now())

    def not_there(self, row: Claimed) -> None:
        """What was called off has not been sent."""
        with self._office.database.write() as session:
            outbox.not_there(session, row)

    def look_later(self, row: Claimed, problem: Exception) -> None:
        """Looking for what was called off did not work."""
        wait = _asked_for(getattr(problem, "retry_after", None), row.attempts)
        with self._office.database.write() as session:
            outbox.look_later(session, row, self._office.clock.now() + wait)

    def later(self, row: Claimed, problem: TryLater) -> None:
        """The platform did not take it, or did not say; the row keeps its place."""
        now = self._office.clock.now()
        wait = _asked_for(problem.retry_after, row.attempts)
        # Once it may have been sent that stays so, until a look at the platform succeeds.
        maybe_sent = problem.maybe_sent or row.maybe_sent
        with self._office.database.write() as session:
            if row.body.get(AGAIN) and not problem.maybe_sent:  # it was not sent once more after all
                outbox.remember(session, row, {**row.body, AGAIN: False})
            trouble = problem.reason or NOT_REACHED
            outbox.later(session, row, send_after=now + wait, trouble=trouble, maybe_sent=maybe_sent)
            if problem.retry_after is None:
                self._tell_of_trouble(Desk(self._office, session, SYSTEM, now=now), row, trouble)

    def in_error(self, row: Claimed, error: Exception, maybe_sent: bool) -> None:
        """The program could not make it, or not mark it. Others to the same person go first from now on."""
        now = self._office.clock.now()
        trouble = f"An error in the program ({type(error).__name__})."
        with self._office.database.write() as session:
            again = now + back_off(row.attempts)
            outbox.later(
                session,
                row,
                send_after=again,
                trouble=trouble,
                maybe_sent=maybe_sent or row.maybe_sent,
                keeps_place=False,
            )
            self._tell_of_trouble(Desk(self._office, session, SYSTEM, now=now), row, trouble)

    def refused(self, platform: str, problem: NotConnected, row: Claimed | None = None) -> None:
        """The platform refuses the program itself: everything waits, and it is said once, where it can still be seen."""
        now = self._office.clock.now()
        again = self._gates.close(platform, now)
        with self._office.database.write() as session:
            if row is not None:
                outbox.later(session, row, send_after=again, trouble=str(problem), maybe_sent=row.maybe_sent)
            nothing, all_wait = WHAT_WAITS.get(platform, ("Nothing can be sent.", "All messages wait"))
            sentence = f"{nothing} {problem} {all_wait}, and go out once that is put right."
            if problems.report(session, _refuses(platform), sentence, now):
                _log.error("platform_refuses", platform=platform)

    def failed(self, row: Claimed, reason: str) -> None:
        """It can never be delivered as it is; administrators are told at once, and decide what becomes of it."""
        now = self._office.clock.now()
        with self._office.database.write() as session:
            if not outbox.failed(session, row, trouble=reason):
                return
            desk = Desk(self._office, session, SYSTEM, now=now)
            undelivered.report(desk, row, reason)
            if row.notice in PERSONAL:
                tell_asker(desk, row.email, row.key, reason)
        _log.warning("message_undeliverable", notice=row.notice, outbox=row.id)

    def _tell_of_trouble(self, desk: Desk, row: Claimed, trouble: str) -> None:
        if desk.now - row.due_at > GIVE_UP_TELLING and row.attempts >= SEVERAL and row.notice != "problem":
            what = "E-mails" if row.channel == outbox.EMAIL else "Messages"
            report_problem(
                desk,
                _slow(row),
                f"{what} have not got through for more than an hour. {trouble} They are kept and tried again.",
                None,
            )


def _as_read(arrived: Arrived, overtaken: bool) -> Claimed:
    """The row with whoever reads the message, who may cover: it is redrawn for them; and at once, if it shows less than is known."""
    row = arrived.ready.row
    again = (row.maybe_sent and not arrived.fresh) or overtaken
    return replace(row, body={**row.body, "reader": arrived.ready.email}, maybe_sent=again)


def _told(ready: Ready, row: Claimed, now: datetime) -> audit.Event:
    """For the audit: what was sent to whom, and which challenges a digest showed."""
    subject = f"CH-{row.challenge_id}" if row.challenge_id is not None else row.notice
    subject = str(row.body.get("subject", subject))
    body: dict[str, Any] = {"notice": row.notice, "to": ready.email, "for": row.email}
    if row.channel != outbox.CHAT:
        body["by"] = row.channel
    if row.notice == "digest":
        body["challenges"] = challenges_on(ready.card)
    return audit.Event(now, SYSTEM.email, "sent", subject, body)


def _overtaken(session: Session, arrived: Sequence[Arrived]) -> set[int]:
    """The rows of the digests that tell of a challenge in which something has happened since they were composed. (Messages about one
    challenge are marked as outdated by whoever acts on it.)"""
    digests = [each.ready for each in arrived if each.fresh and each.ready.row.notice == "digest"]
    if not digests:
        return set()
    happened = set(ahead.happened_since(session, min(ready.moment for ready in digests)))
    numbers = [challenge_id(subject) for subject in happened if subject.startswith("CH-")]
    readers = ahead.concerned(session, [number for number in numbers if number is not None])
    return {
        ready.row.id
        for ready in digests
        if ready.email in readers or not happened.isdisjoint(challenges_on(ready.card))
    }


def _refuses(platform: str) -> str:
    return f"platform:{platform}"


def _slow(row: Claimed) -> str:
    return "platform" if row.channel == outbox.CHAT else f"platform:slow:{row.channel}"


def _asked_for(seconds: float | None, attempts: int) -> timedelta:
    """As long as the platform asked for and a little more, so that not all come back at once; else a time of our own."""
    if seconds is None:
        return back_off(attempts)
    return max(SOON, timedelta(seconds=seconds * random.uniform(1.0, 1.1)))  # noqa: S311


def back_off(attempts: int) -> timedelta:
    """Twice as long after each attempt, half an hour at most, and a quarter of chance so that not all come back at once."""
    seconds = min(PATIENCE.total_seconds(), 5.0 * 2 ** min(attempts, 12))
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311  no secret depends on it
