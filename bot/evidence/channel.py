"""The signed head of the audit in a channel of the authority's choice: how many rows, hashes, a signature, and nothing of a case.

A channel is nobody, and an outbox row is for a person: so the head's own row is what is claimed, looked up and marked. The promise is
the outbox's: never lost, and posted again only after a look has not found it. A channel can also be an e-mail address, as each one in Teams has:
a mail server cannot be asked what it took, so that an e-mail without an answer goes out again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog

from bot.sending import CannotDeliver, NotConnected, Searchable, Sender, SendingProblem, TryLater
from commands.desk import SYSTEM, Desk
from commands.office import Office
from commands.problem_notes import report_problem
from commands.vocabulary import Card, Paragraph, Preformatted, Small
from procedures.addresses import is_email
from storage import heads, problems
from storage.heads import SignedHead, ToPost
from storage.outbox import EMAIL

_log = structlog.get_logger()
_PROBLEM = "audit-channel"
SLACK = "slack"
LEASE = timedelta(seconds=60)
"""Longer than every time-out of one message together."""
AGAIN = timedelta(minutes=30)
"""Until the next try, where the platform refuses."""

Run = Callable[..., Awaitable[Any]]


class Poster:
    """Posts what waits for its channel, in office hours. Several processes may do so from one database. senders: by the platform's
    name, of which Slack and e-mail are used."""

    def __init__(self, office: Office, senders: Mapping[str, Sender], run: Run) -> None:
        self._office, self._senders, self._run = office, senders, run

    async def go(self) -> None:
        """Part of every pass."""
        while self._office.authority.audit.channel is not None:
            waiting: ToPost | None = await self._run(self._claim)
            if waiting is None:
                return
            try:
                await self._post(waiting)
            except TryLater as problem:
                wait = LEASE if problem.retry_after is None else timedelta(seconds=problem.retry_after)
                if problem.maybe_sent and is_email(waiting.channel):
                    wait = AGAIN  # each try may be one more e-mail
                await self._run(self._not_posted, waiting, wait, problem.maybe_sent, "")
                return
            except (CannotDeliver, NotConnected) as problem:
                await self._run(self._not_posted, waiting, AGAIN, False, str(problem))
                return
            except SendingProblem:
                return  # the claim runs out by itself

    async def _post(self, waiting: ToPost) -> None:
        key = f"audit-head:{waiting.id}"
        by_email = is_email(waiting.channel)
        sender = self._senders.get(EMAIL if by_email else SLACK)
        if sender is None:
            raise CannotDeliver("Slack is not set up.", "no_platform")
        found = None
        if waiting.tried and isinstance(sender, Searchable):
            since = self._office.clock.now() - timedelta(days=7)
            found = await sender.find(waiting.channel, key, since)
        if found is None:
            await sender.post(waiting.channel, _card(waiting.signed, by_email), key)
        await self._run(self._posted, waiting)
        _log.info("audit_head_posted", number=waiting.signed.number)

    def _claim(self) -> ToPost | None:
        now = self._office.clock.now()
        if self._office.hours.next_open(now) > now:
            return None
        with self._office.database.read() as session:
            if not heads.posts_wait(session, now):
                return None
        with self._office.database.write() as session:
            return heads.claim_post(session, now, now + LEASE)

    def _posted(self, waiting: ToPost) -> None:
        now = self._office.clock.now()
        with self._office.database.write() as session:
            heads.posted(session, waiting, now)
            problems.solve(session, _PROBLEM, now)

    def _not_posted(self, waiting: ToPost, wait: timedelta, maybe_sent: bool, why: str) -> None:
        now = self._office.clock.now()
        with self._office.database.write() as session:
            heads.not_posted(session, waiting, now + wait, tried=maybe_sent or waiting.tried)
            if why:
                sentence = f"The signed head of the audit cannot be posted to {_named(waiting.channel)}. {why} It stands in the file all the same."
                report_problem(Desk(self._office, session, SYSTEM), _PROBLEM, sentence, None)


def _named(channel: str) -> str:
    return channel if is_email(channel) else f"the channel {channel}"


def _card(head: SignedHead, by_email: bool) -> Card:
    """What stands in the channel; the line is the file's own, so that it can be checked."""
    import json

    line = json.dumps(head.line(), sort_keys=True)
    return Card(
        f"The audit on {head.at[:10]}: {head.number} rows",
        (
            Paragraph(
                "Keep this message. Whoever changes or removes one of these rows later can be shown by it to have done so."
            ),
            Paragraph(line) if by_email else Preformatted(line),
            Small("It holds nothing about any case. `challenge-bot audit verify --heads FILE` compares."),
        ),
        f"The audit's signed head of {head.at[:10]}" if by_email else "The audit's signed head of today.",
    )
