"""Delivery: from the outbox to the chats. Claim, look up what may have been sent, compose, send, mark.

Nothing here decides what is said or to whom; that was written in the transaction that made it true. A crash at any point leaves a
claim that expires, and the next claim looks at the platform before it sends.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.handing_over import Handover
from bot.sending import CannotDeliver, Gone, NotConnected, Sender, SendingProblem, TryLater
from commands import notices
from commands.desk import SYSTEM, Desk
from commands.documents.handing_over import PERSONAL, tell_asker
from commands.leads import Notice
from commands.office import Office, digest_key
from commands.shown import challenges_on
from commands.told import report_problem
from commands.vocabulary import Card, File
from storage import absences, audit, outbox, people, postings
from storage.outbox import Claimed
from storage.postings import Place, Posted

_log = structlog.get_logger()

LEASE = timedelta(seconds=60)
"""Longer than every time-out of one message together."""
PACE = timedelta(seconds=1)
"""Between two messages to one person; Slack takes about one a second in a conversation."""
REDRAW_AGAIN = timedelta(seconds=30)
SOON = timedelta(milliseconds=10)
"""Before a next attempt at least: a platform that says "now" must not make us go round in circles."""
AT_ONCE = 8
"""Messages sent side by side, each to another person."""
PATIENCE = timedelta(minutes=30)
"""Between two attempts at most."""
GIVE_UP_TELLING = timedelta(hours=1)
"""After how long without success an administrator is told, while the attempts go on."""

Run = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Ready:
    """A message composed for the person who gets it today: the address on the platform, the card and the person."""

    platform: str
    address: str | None
    email: str
    card: Card


class Delivery:
    """Delivers what is due, for one process. Several processes may deliver from one database.

    senders: by the platform's name. run: `await run(function, *arguments)` on the worker thread. worker: unique to this process.
    """

    def __init__(self, office: Office, senders: Mapping[str, Sender], run: Run, worker: str) -> None:
        self._office, self._senders, self._run, self._worker = office, senders, run, worker
        self._lock = asyncio.Lock()
        self._last: dict[str, datetime] = {}

    async def deliver(self) -> int:
        """Send everything that is due now and redraw every message that is stale. Returns how many were sent or redrawn."""
        async with self._lock:
            done = 0
            while True:
                now = self._office.clock.now()
                claimed = await self._run(self._claim, now)
                results = await self._side_by_side([self._one(row) for row in claimed])
                stale = await self._run(postings.take_stale, self._office.database, now)
                results += await self._side_by_side([self._redraw(posted) for posted in stale])
                await self._run(self._digests_of, stale)
                done += sum(results)
                if not claimed and not stale:
                    return done

    def _claim(self, now: datetime) -> list[Claimed]:
        return outbox.claim(self._office.database, worker=self._worker, now=now, lease=LEASE, limit=50)

    async def _side_by_side(self, work: list[Awaitable[int]]) -> list[int]:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(each: Awaitable[int]) -> int:
            async with gate:
                return await each

        return list(await asyncio.gather(*(one(each) for each in work)))

    # --- one message -----------------------------------------------------------------------------------------------

    async def _one(self, row: Claimed) -> int:
        try:
            return await self._send(row)
        except CannotDeliver as problem:
            await self._run(self._failed, row, problem.reason)
        except TryLater as problem:
            await self._run(
                self._later,
                row,
                problem.retry_after,
                problem.maybe_sent,
                "The chat platform could not be reached.",
            )
        except NotConnected as problem:
            await self._run(self._later, row, None, False, str(problem))
        except Exception as error:  # noqa: BLE001  one message that cannot be made must not hold up the others
            _log.error("message_failed", key_of=row.notice, outbox=row.id, error=type(error).__name__)
            await self._run(
                self._later, row, None, True, f"An error in the program ({type(error).__name__})."
            )
        return 0

    async def _send(self, row: Claimed) -> int:
        ready = await self._run(self._prepare, row)
        if ready is None:
            return 0
        sender = self._senders.get(ready.platform)
        if sender is None:
            raise CannotDeliver(
                "This person has no account on a chat platform that is connected. Complete people.csv.",
                "no_platform",
            )
        address = ready.address or await self._look_up(sender, ready)
        if ready.card.file is not None:
            return await self._send_file(row, ready, sender, address, ready.card.file)
        if row.maybe_sent:
            found = await sender.find(address, row.key, row.due_at - timedelta(days=1))
            if found is not None:
                await self._run(self._sent, row, ready, Place(ready.platform, found.channel, found.ts))
                return 1
        if not await self._run(self._hold, row):
            return 0
        self._keep_pace(ready.email)
        posted = await sender.post(address, ready.card, row.key)
        # What was composed a moment ago needs no redrawing, as what an earlier try may have sent would.
        fresh = replace(row, maybe_sent=False)
        await self._run(self._sent, fresh, ready, Place(ready.platform, posted.channel, posted.ts))
        _log.info("message_sent", notice=row.notice, outbox=row.id)
        return 1

    async def _send_file(self, row: Claimed, ready: Ready, sender: Sender, address: str, file: File) -> int:
        if not await self._run(self._hold, row):
            return 0
        self._keep_pace(ready.email)

        async def keep(body: Mapping[str, object]) -> bool:
            return bool(await self._run(self._remember_body, row, body))

        since = row.due_at - timedelta(days=1)
        handover = Handover(sender, address, ready.card, row.body, since, keep)
        if not await handover.go(file, look=row.maybe_sent):
            return 0
        await self._run(self._sent, row, ready, None)
        _log.info("file_sent", notice=row.notice, outbox=row.id)
        return 1

    def _remember_body(self, row: Claimed, body: Mapping[str, object]) -> bool:
        with self._office.database.write() as session:
            return outbox.remember(session, row, body)

    def _keep_pace(self, email: str) -> None:
        """Put a message off when the person has just been sent another, rather than be told so by the platform."""
        now = self._office.clock.now()
        since = now - self._last.get(email, now - PACE)
        if timedelta() <= since < PACE:
            raise TryLater((PACE - since).total_seconds())
        self._last[email] = now

    async def _look_up(self, sender: Sender, ready: Ready) -> str:
        address = await sender.lookup_user(ready.email)
        if address is None:
            raise CannotDeliver(
                "No account with this e-mail address was found. Fill in slack_user_id in people.csv.",
                "no_account",
            )
        await self._run(self._remember, ready, address)
        return address

    def _remember(self, ready: Ready, address: str) -> None:
        with self._office.database.write() as session:
            people.remember_platform_id(session, ready.email, ready.platform, address)

    def _prepare(self, row: Claimed) -> Ready | None:
        """Compose the message for whoever is there today; None when there is nothing left to say (and the row is closed)."""
        now = self._office.clock.now()
        with self._office.database.write() as session:
            desk = Desk(self._office, session, SYSTEM, now=now)
            opens = self._office.hours.next_open(now)
            if opens > now and not row.urgent:
                why = "It waits for office hours."
                outbox.later(session, row, send_after=opens, trouble=why, maybe_sent=row.maybe_sent)
                return None
            if not row.maybe_sent and outbox.collapse(session, row, now) is not None:
                return None
            if row.notice in notices.PRIVATE and row.email in desk.absences:
                self._wait_for(row, desk)
                return None
            away = {} if row.notice in PERSONAL else desk.absences
            stand_in = absences.stand_in(away, row.email)
            if stand_in.trouble is not None:
                _tell_nobody_covers(desk, row, stand_in.chain)
            person = people.person(session, stand_in.email if stand_in.trouble is None else row.email)
            if person is None or not person.active:
                raise CannotDeliver("This person is no longer on the council's list.", "left")
            notice = Notice(
                row.key,
                row.email,
                row.notice,
                row.challenge_id,
                row.stage_number,
                row.body,
                row.due_at,
                tuple(outbox.stands_for(session, row.key)) if row.notice == outbox.REMINDER else (),
            )
            card = notices.compose(Desk(self._office, session, person, now=now), notice)
            if card is None:
                outbox.replace(session, [], "nothing", claimed=row)
                return None
            platform = _platform(person, self._senders)
            return Ready(platform, getattr(person, f"{platform}_user_id"), person.email, card)

    def _wait_for(self, row: Claimed, desk: Desk) -> None:
        """Put off to the next working day what nobody may read instead of the person, who may be back earlier than planned."""
        hours = self._office.hours
        opens = hours.at(self._office.calendar.add(desk.today, 1), hours.opens)
        why = "It waits for the person, who is away."
        outbox.later(desk.session, row, send_after=opens, trouble=why, maybe_sent=row.maybe_sent)

    def _hold(self, row: Claimed) -> bool:
        with self._office.database.write() as session:
            return outbox.hold(session, row, now=self._office.clock.now(), lease=LEASE)

    def _sent(self, row: Claimed, ready: Ready, place: Place | None) -> None:
        now = self._office.clock.now()
        # A message may stand in the chat of somebody who covers; it is redrawn for them.
        row = replace(row, body={**row.body, "reader": ready.email})
        with self._office.database.write() as session:
            if not outbox.sent(session, row, at=now, posting=place):
                return
            subject = f"CH-{row.challenge_id}" if row.challenge_id is not None else row.notice
            subject = str(row.body.get("subject", subject))
            body: dict[str, Any] = {"notice": row.notice, "to": ready.email, "for": row.email}
            if row.notice == "digest":
                body["challenges"] = challenges_on(ready.card)
            audit.append(session, at=now, actor=SYSTEM.email, action="sent", subject=subject, body=body)

    def _later(self, row: Claimed, retry_after: float | None, maybe_sent: bool, trouble: str) -> None:
        now = self._office.clock.now()
        wait = (
            max(SOON, timedelta(seconds=retry_after)) if retry_after is not None else _back_off(row.attempts)
        )
        # Once it may have been sent that stays so, until a look at the platform succeeds.
        maybe_sent = maybe_sent or row.maybe_sent
        with self._office.database.write() as session:
            outbox.later(session, row, send_after=now + wait, trouble=trouble, maybe_sent=maybe_sent)
            if retry_after is None and now - row.due_at > GIVE_UP_TELLING and row.notice != "problem":
                desk = Desk(self._office, session, SYSTEM, now=now)
                report_problem(
                    desk,
                    "platform",
                    f"Messages have not got through for more than an hour. {trouble} They are kept and tried again.",
                    None,
                )

    def _failed(self, row: Claimed, reason: str) -> None:
        now = self._office.clock.now()
        with self._office.database.write() as session:
            if not outbox.failed(session, row, trouble=reason):
                return
            desk = Desk(self._office, session, SYSTEM, now=now)
            about = f" about CH-{row.challenge_id}" if row.challenge_id is not None else ""
            sentence = f"A message{about} could not be delivered to {desk.name(row.email)}. {reason}"
            record = desk.office_record(row.challenge_id)
            if row.notice != "problem":
                report_problem(desk, f"undelivered:{row.key}", sentence, record)
            if row.notice in PERSONAL:
                tell_asker(desk, row.email, row.key, reason)
        _log.warning("message_undeliverable", notice=row.notice, outbox=row.id)

    # --- redrawing ---------------------------------------------------------------------------------------------------

    async def _redraw(self, posted: Posted) -> int:
        sender = self._senders.get(posted.platform)
        if sender is None:
            return 0
        try:
            card = await self._run(self._compose_again, posted)
            if card is not None:
                await sender.update(posted.channel, posted.message, card, posted.key)
            await self._run(self._redrawn, posted)
        except (Gone, CannotDeliver):
            await self._run(self._forget, posted)
        except SendingProblem as problem:
            asked_for = getattr(problem, "retry_after", None)
            wait = REDRAW_AGAIN if asked_for is None else max(SOON, timedelta(seconds=asked_for))
            await self._run(self._redraw_later, posted, wait)
        except Exception as error:  # noqa: BLE001  one message that cannot be made must not hold up the others
            _log.error("redraw_failed", notice=posted.notice, error=type(error).__name__)
            await self._run(self._redraw_later, posted, PATIENCE)
        return 1

    def _compose_again(self, posted: Posted) -> Card | None:
        """The message as it must look now, for the person in whose chat it stands."""
        now = self._office.clock.now()
        with self._office.database.read() as session:
            reader = people.person(session, str(posted.body.get("reader", posted.email)))
            if reader is None:
                return None
            notice = Notice(
                posted.key,
                posted.email,
                posted.notice,
                posted.challenge_id,
                posted.stage_number,
                posted.body,
                now,
            )
            return notices.compose(Desk(self._office, session, reader, now=now), notice, redraw=True)

    def _digests_of(self, stale: list[Posted]) -> None:
        """Whoever holds a message about a challenge that has changed may have it in the latest digest as well."""
        day = self._office.digest_day(self._office.clock.now())
        readers = {
            str(each.body.get("reader", each.email)) for each in stale if each.challenge_id is not None
        }
        if readers:
            with self._office.database.write() as session:
                postings.mark_keys_stale(session, sorted(digest_key(day, reader) for reader in readers))

    def _redrawn(self, posted: Posted) -> None:
        with self._office.database.write() as session:
            postings.redrawn(session, posted)
            day = self._office.digest_day(self._office.clock.now())
            if posted.notice == "digest" and posted.body.get("day") != day.isoformat():
                postings.forget(
                    session, posted.key
                )  # it says that it is an old one, and will never change again

    def _redraw_later(self, posted: Posted, wait: timedelta) -> None:
        with self._office.database.write() as session:
            postings.retry(session, posted, self._office.clock.now() + wait)

    def _forget(self, posted: Posted) -> None:
        with self._office.database.write() as session:
            postings.forget(session, posted.key)


def _platform(person: Any, senders: Mapping[str, Sender]) -> str:
    """The platform on which the person is reached: one where their id is known, else the first there is."""
    known = [name for name in senders if getattr(person, f"{name}_user_id", None)]
    return (known or list(senders) or ["none"])[0]


def _back_off(attempts: int) -> timedelta:
    """Twice as long after each attempt, half an hour at most, and a quarter of chance so that not all come back at once."""
    seconds = min(PATIENCE.total_seconds(), 5.0 * 2 ** min(attempts, 12))
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311  no secret depends on it


def _tell_nobody_covers(desk: Desk, row: Claimed, chain: Any) -> None:
    who = desk.name(row.email)
    names = " → ".join(desk.name(email) for email in chain)
    report_problem(
        desk,
        f"uncovered:{row.email}:{desk.today}",
        f"{who} is away and nobody covering is there ({names}). Messages still go to {who}. Record another cover, or pass parts on with /challenge reassign.",
        desk.office_record(row.challenge_id),
    )
