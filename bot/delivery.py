"""Delivery: from the outbox to the chats. Claim, look up what may have been sent, compose, send, mark.

Nothing here decides what is said or to whom; that was written in the transaction that made it true. A crash at any point leaves a
claim that expires, and the next claim looks at the platform before it sends.

What is made ready is in `bot.preparing`, what is written down afterwards in `bot.marking`, what goes on side by side in `bot.lanes`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any

import structlog

from bot.gates import Gates
from bot.handing_over import Handover
from bot.lanes import Lanes
from bot.marking import Arrived, Marking
from bot.preparing import PACE, Preparing, Ready, address_of, platform_of
from bot.redrawing import Redrawing
from bot.sending import CannotDeliver, NotConnected, Searchable, Sender, SendingProblem, TryLater
from bot.together import Together
from commands.office import Office
from commands.vocabulary import Card, File
from storage import outbox
from storage.outbox import Claimed
from storage.people import Person
from storage.postings import Place, Posted

_log = structlog.get_logger()

LEASE = timedelta(seconds=60)
"""Longer than every time-out of one message together, which `SHARE` of it sees to."""
SHARE = 2 / 3
"""The part of a lease in which a message must have been sent, or its sending be broken off."""
LOOK_BACK = timedelta(days=14)
"""How long before it was due a message is looked for: somebody's clock may have been wrong."""
AT_ONCE = 8
"""Messages sent side by side, each to another person; half as many are redrawn meanwhile."""
BESIDE = 64
"""Messages that may hang beside the others, because somebody's chat does not answer."""
BATCH = 32
"""Messages claimed and made ready together."""
REDRAWN = 100
"""Messages taken at once to be redrawn."""
LOOKED_FOR = 20
"""Messages taken at once that were called off and are looked for."""
PATIENT = 1.0
"""Seconds after which a message is taken to hang."""

Run = Callable[..., Awaitable[Any]]
Take = Callable[..., list[Claimed]]


class Delivery:
    """Delivers what is due, for one process. Several processes may deliver from one database.

    channel: which part of the outbox; each has a delivery of its own, and the messages that stand in the chat are redrawn by that of
    the chat. senders: by the platform's name. run: `await run(function, *arguments)` on the worker thread. worker: unique to this process.
    late: called when a message that had hung is done with, so that the next to the same person may go. lease: of a claim, in the
    time of the office's clock and in seconds of this machine alike.
    """

    def __init__(
        self,
        office: Office,
        senders: Mapping[str, Sender],
        run: Run,
        worker: str,
        *,
        late: Callable[[], None] = lambda: None,
        lease: timedelta = LEASE,
        pace: timedelta = PACE,
        channel: str = outbox.CHAT,
    ) -> None:
        self._channel = channel
        self._office, self._senders, self._run, self._worker = office, senders, run, worker
        self._lease, self._within = lease, lease.total_seconds() * SHARE
        self._searchable = {name for name, sender in senders.items() if isinstance(sender, Searchable)}
        self._gates = Gates(senders)
        self._preparing = Preparing(office, senders, lease=lease, pace=pace)
        self._marking = Marking(office, self._gates)
        self._redrawing = Redrawing(office, senders, run, self._marking)
        self._sends = Lanes(AT_ONCE, BESIDE, PATIENT, late)
        self._marked = Together(
            run, self._marking.sent, lambda arrived: arrived.challenge_id, lambda: self._sends.placed
        )
        self._draws = Lanes(AT_ONCE // 2, BESIDE, PATIENT, late)
        self._lock = asyncio.Lock()
        self._done = 0

    async def deliver(self) -> int:
        """Send everything that is due now and redraw every message that is stale. Returns how many were sent or redrawn."""
        before = self._done
        async with self._lock:
            while True:
                await self._go()
                if not await self._sends.rest() | await self._draws.rest():
                    return self._done - before

    async def deliver_promptly(self) -> int:
        """The same, but what hangs is left to end by itself. Returns how many were sent or redrawn meanwhile."""
        before = self._done
        async with self._lock:
            await self._go()
        return self._done - before

    async def stop(self, within: float) -> None:
        """Let what is under way end, for so many seconds at most; the rest is broken off, and looked up by whoever claims it next."""
        await asyncio.gather(self._sends.stop(within), self._draws.stop(within))
        await self._marked.settle()

    def shut(self) -> float:
        """For how many seconds nothing can be sent because the platform refuses the program."""
        return self._gates.shut(self._office.clock.now()).total_seconds()

    async def _go(self) -> None:
        while True:
            ended = await asyncio.gather(self._send_all(), self._redraw_all(), return_exceptions=True)
            for each in ended:
                if isinstance(each, BaseException):
                    raise each
            if not any(ended):
                return

    async def _send_all(self) -> bool:
        """Keep the lanes filled until nothing is due; False when nothing was."""
        any_due = await self._begin_looking() > 0
        while True:
            begun = await self._begin() if self._sends.few else 0
            any_due = any_due or begun > 0
            if not begun and not self._sends.busy:
                return any_due
            await self._sends.next()

    async def _begin(self) -> int:
        now = self._office.clock.now()
        if self._gates.shut(now) or (self._gates.doubtful and self._sends.busy):
            return 0
        claimed = await self._run(self._take, outbox.claim, now, 1 if self._gates.doubtful else BATCH)
        made = await self._run(self._preparing.prepare_together, claimed) if len(claimed) > 1 else {}
        for row in claimed:
            self._sends.start(row.email, partial(self._one, row, made))
        return len(claimed)

    async def _begin_looking(self) -> int:
        now = self._office.clock.now()
        if self._gates.shut(now) or self._gates.doubtful:
            return 0
        looked_for = await self._run(self._take, outbox.take_looked_for, now, LOOKED_FOR)
        for row in looked_for:
            self._sends.start(row.email, partial(self._look_for, row))
        return len(looked_for)

    def _take(self, take: Take, now: datetime, limit: int) -> list[Claimed]:
        return take(
            self._office.database,
            worker=self._worker,
            now=now,
            lease=self._lease,
            limit=limit,
            channel=self._channel,
        )

    async def _redraw_all(self) -> bool:
        """Redraw until nothing is stale; False when nothing was."""
        any_stale = False
        while self._channel == outbox.CHAT and not self._gates.shut(self._office.clock.now()):
            stale = await self._redrawing.take(1 if self._gates.doubtful else REDRAWN)
            if not stale:
                break
            any_stale = True
            for posted in stale:
                self._draws.start(posted.key, partial(self._redraw, posted))
            await self._draws.drained()
            await self._redrawing.digests_of(stale)
        return any_stale

    async def _redraw(self, posted: Posted) -> None:
        if self._gates.wait(posted.platform, self._office.clock.now()):
            return  # another has just been refused; what was taken is taken again after its lease
        await self._redrawing.redraw(posted)
        self._done += 1

    # --- one message -----------------------------------------------------------------------------------------------

    async def _one(self, row: Claimed, made: Mapping[int, Ready | None]) -> None:
        platform = ""
        try:
            ready = made[row.id] if row.id in made else await self._run(self._preparing.prepare, row)
            if ready is None:
                return
            row, platform = ready.row, ready.platform
            await self._send(ready)
        except CannotDeliver as problem:
            await self._cannot(row, problem)
        except TryLater as problem:
            await self._run(self._marking.later, row, problem)
        except NotConnected as problem:
            await self._run(self._marking.refused, platform, problem, row)
        except Exception as error:  # noqa: BLE001  one message that cannot be made must not hold up the others
            _log.error("message_failed", notice=row.notice, outbox=row.id, error=type(error).__name__)
            await self._run(self._marking.in_error, row, error, bool(platform))

    async def _send(self, ready: Ready) -> None:
        sender = self._senders.get(ready.platform)
        if sender is None:
            raise CannotDeliver(
                "This person has no account on a chat platform that is connected. Complete people.csv.",
                "no_platform",
            )
        wait = self._gates.wait(ready.platform, self._office.clock.now())
        if wait:  # another has just been refused
            raise TryLater(wait.total_seconds())
        ready, sender, address = await self._addressed(ready, sender)
        if ready.card.file is not None and self._channel == outbox.CHAT:
            await self._send_file(ready, sender, address, ready.card.file)
            return
        if ready.row.maybe_sent and await self._found(ready, sender, address):
            return
        held = ready.held is not None and monotonic() - ready.held < PATIENT
        if not held and not await self._run(self._preparing.hold, ready):
            return
        posted = await self._in_time(sender.post(address, ready.card, ready.row.key))
        place = None if posted is None else Place(ready.platform, posted.channel, posted.ts)
        searchable = ready.platform in self._searchable
        if searchable:  # others go on while this one waits to be marked together with them
            self._sends.leave()
        # Where nobody could find it after a crash it would be sent once more: there it is marked without waiting.
        await self._marked.do(Arrived(ready, place, fresh=True), hurry=not searchable)
        self._done += 1
        _log.info("message_sent", notice=ready.row.notice, outbox=ready.row.id)

    async def _in_time(self, call: Awaitable[Any]) -> Any:
        """A call that sends, broken off well before the lease ends. Raises TryLater when it is."""
        try:
            async with asyncio.timeout(self._within):
                return await call
        except TimeoutError:
            raise TryLater(maybe_sent=True) from None

    async def _found(self, ready: Ready, sender: Sender, address: str) -> bool:
        """Look for what may have been sent, to whoever was written to, where the platform can be asked; mark it when it is there."""
        if not isinstance(sender, Searchable):
            return False
        row = ready.row
        if ready.before is not None and (place := await self._place(row, ready.before)) is not None:
            ready = replace(ready, email=ready.before.email)
        else:
            found = await self._in_time(sender.find(address, row.key, row.due_at - LOOK_BACK))
            if found is None:
                return False
            place = Place(ready.platform, found.channel, found.ts)
        await self._marked.do(Arrived(ready, place, fresh=False))
        self._done += 1
        _log.info("message_found", notice=row.notice, outbox=row.id)
        return True

    async def _place(self, row: Claimed, person: Person) -> Place | None:
        """Where a message stands in a person's chat, or None; whoever has no account any more has no messages either."""
        platform = platform_of(person, self._senders)
        sender, address = self._senders.get(platform), address_of(person, platform)
        if address is None or not isinstance(sender, Searchable):
            return None
        with suppress(CannotDeliver):
            found = await self._in_time(sender.find(address, row.key, row.due_at - LOOK_BACK))
            if found is not None:
                return Place(platform, found.channel, found.ts)
        return None

    async def _look_for(self, row: Claimed) -> None:
        """What was called off while somebody who did not live to say so may have sent it: if it stands in the chat, it is redrawn."""
        try:
            if not await self._stands(row):
                await self._run(self._marking.not_there, row)
        except SendingProblem as problem:
            await self._run(self._marking.look_later, row, problem)

    async def _cannot(self, row: Claimed, problem: CannotDeliver) -> None:
        """It can never be delivered, unless it has arrived already, before whatever is in its way now."""
        try:
            if not row.maybe_sent or not await self._stands(row):
                await self._run(self._marking.failed, row, problem.reason)
        except SendingProblem as trouble:
            asked_for = getattr(trouble, "retry_after", None)
            await self._run(self._marking.later, row, TryLater(asked_for, maybe_sent=True))

    async def _stands(self, row: Claimed) -> bool:
        """Whether it stands in the chat of whoever was written to; then it is marked, to be redrawn."""
        person: Person | None = await self._run(self._preparing.wrote_to, row)
        place = None if person is None else await self._place(row, person)
        if person is None or place is None:
            return False
        ready = Ready(row, place.platform, None, person.email, NO_CARD)
        await self._marked.do(Arrived(ready, place, fresh=False))
        self._done += 1
        _log.info("message_found", notice=row.notice, outbox=row.id)
        return True

    async def _send_file(self, ready: Ready, sender: Sender, address: str, file: File) -> None:
        if not await self._run(self._preparing.hold, ready):
            return
        row = ready.row

        async def keep(body: Mapping[str, object]) -> bool:
            return bool(await self._run(self._preparing.remember, row, body))

        since = row.due_at - LOOK_BACK
        handover = Handover(sender, address, ready.card, row.body, since, keep)
        if await self._in_time(handover.go(file, look=row.maybe_sent)):
            await self._marked.do(Arrived(ready, None, fresh=True))
            self._done += 1
            _log.info("file_sent", notice=row.notice, outbox=row.id)

    async def _addressed(self, ready: Ready, sender: Sender) -> tuple[Ready, Sender, str]:
        """Where the person is reached: where their id is known, else on the first platform that knows their address."""
        if ready.address is not None:
            return ready, sender, ready.address
        problem = CannotDeliver(
            f"No account with this e-mail address was found. Fill in {' or '.join(f'{name}_user_id' for name in self._senders)} in people.csv.",
            "no_account",
        )
        for platform, each in self._senders.items():
            try:
                address = await each.lookup_user(ready.email)
            except CannotDeliver as refusal:  # another platform may know them
                problem = refusal
                continue
            if address is not None:
                ready = replace(ready, platform=platform)
                await self._run(self._preparing.address_found, ready, address)
                return ready, each, address
        raise problem


NO_CARD = Card("", (), "")
"""For what is only looked for: it is composed when it is redrawn."""
