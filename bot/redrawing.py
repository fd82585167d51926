"""Messages that show less than is known now are redrawn where they stand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog

from bot.marking import PATIENCE, SOON, Marking
from bot.sending import CannotDeliver, Gone, NotConnected, Sender, SendingProblem
from commands import notices
from commands.desk import Desk
from commands.leads import Notice
from commands.office import Office, digest_key
from commands.vocabulary import Card
from storage import people, postings
from storage.postings import Posted
from storage.retention import DELETED

_log = structlog.get_logger()

REDRAW_AGAIN = timedelta(seconds=30)

Run = Callable[..., Awaitable[Any]]


class Redrawing:
    """Redraws messages, for one process."""

    def __init__(self, office: Office, senders: Mapping[str, Sender], run: Run, marking: Marking) -> None:
        self._office, self._senders, self._run, self._marking = office, senders, run, marking

    async def take(self, limit: int) -> list[Posted]:
        """What is stale now; others leave it alone meanwhile."""
        found: list[Posted] = await self._run(
            postings.take_stale, self._office.database, self._office.clock.now(), limit
        )
        return found

    async def redraw(self, posted: Posted) -> None:
        """Redraw one."""
        sender = self._senders.get(posted.platform)
        if sender is None:
            return
        try:
            card = await self._run(self._compose, posted)
            if card is not None:
                await sender.update(posted.channel, posted.message, card, posted.key)
                await self._run(self._marking.works, posted.platform)
            await self._run(self._redrawn, posted)
        except (Gone, CannotDeliver):
            await self._run(self._forget, posted)
        except SendingProblem as problem:
            if isinstance(problem, NotConnected):
                await self._run(self._marking.refused, posted.platform, problem)
            asked_for = getattr(problem, "retry_after", None)
            wait = REDRAW_AGAIN if asked_for is None else max(SOON, timedelta(seconds=asked_for))
            await self._run(self._later, posted, wait)
        except Exception as error:  # noqa: BLE001  one message that cannot be made must not hold up the others
            _log.error("redraw_failed", notice=posted.notice, error=type(error).__name__)
            await self._run(self._later, posted, PATIENCE)

    async def digests_of(self, stale: list[Posted]) -> None:
        """Whoever holds a message about a challenge that has changed may have it in the latest digest as well."""
        await self._run(self._mark_digests, stale)

    def _compose(self, posted: Posted) -> Card | None:
        return as_now(self._office, posted)

    def _mark_digests(self, stale: list[Posted]) -> None:
        day = self._office.digest_day(self._office.clock.now())
        readers = {reader_of(each) for each in stale if each.challenge_id is not None}
        if readers:
            with self._office.database.write() as session:
                postings.mark_keys_stale(session, sorted(digest_key(day, reader) for reader in readers))

    def _redrawn(self, posted: Posted) -> None:
        with self._office.database.write() as session:
            postings.redrawn(session, posted)
            day = self._office.digest_day(self._office.clock.now())
            old = posted.notice == "digest" and posted.body.get("day") != day.isoformat()
            if old or posted.notice == DELETED:
                postings.forget(session, posted.key)  # it says so, and will never change again

    def _later(self, posted: Posted, wait: timedelta) -> None:
        with self._office.database.write() as session:
            postings.retry(session, posted, self._office.clock.now() + wait)

    def _forget(self, posted: Posted) -> None:
        with self._office.database.write() as session:
            postings.forget(session, posted.key)


def as_now(office: Office, posted: Posted) -> Card | None:
    """A message as it must look now, for the person in whose chat it stands; None when there is nobody."""
    now = office.clock.now()
    with office.database.read() as session:
        reader = people.person(session, reader_of(posted))
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
        return notices.compose(Desk(office, session, reader, now=now), notice, redraw=True)


def reader_of(posted: Posted) -> str:
    """In whose chat a message stands, by their address."""
    return str(posted.body.get("reader", posted.email))
