"""A council whose e-mails go out to a real mail server on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.calendars.carrying_out import CarryingOut
from bot.delivery import Delivery
from bot.mail.calendars import Invitations
from bot.mail.send import MailSender
from bot.mail.server import MailServer
from bot.mail.smtp import Post
from bot.worker import Worker
from commands.reception import Reception
from procedures.authority import MailRule
from storage.outbox import CHANNELS, CHAT, EMAIL
from storage.tables import Outbox
from tests.bot.mail.inbox import SENDER, Inbox, serving
from tests.commands.conftest import Council, council, staffed_file

__all__ = ["council", "staffed_file"]


@dataclass
class PostRoom:
    """The council, everybody's mailbox, and the program's e-mail side: `goes_out` does what is due now."""

    council: Council
    inbox: Inbox
    server: MailServer
    worker: Worker = field(default_factory=Worker)

    def __post_init__(self) -> None:
        self.delivery = self.another()
        self.calendars = CarryingOut(
            self.council.office,
            Invitations(self.council.office, self.worker.run, CHANNELS, SENDER),
            self.worker.run,
            "calendars",
            lambda: None,
        )

    def another(self, server: MailServer | None = None, *, after: float = 5.0) -> Delivery:
        """A process that delivers e-mails."""
        server = server or self.server
        sender = MailSender(self.council.clock)
        sender.connect(server, Post(server, before=2.0, after=after))
        return self._with(sender)

    def without_server(self) -> Delivery:
        """A process whose settings name no mail server."""
        return self._with(MailSender(self.council.clock))

    def _with(self, sender: MailSender) -> Delivery:
        return Delivery(
            self.council.office,
            {EMAIL: sender},
            self.worker.run,
            f"worker {id(sender)}",
            pace=timedelta(),
            channel=EMAIL,
        )

    async def goes_out(self) -> int:
        """What is due now; how many e-mails went out."""
        await self.calendars.go()
        return await self.delivery.deliver()

    def rows(self, channel: str = EMAIL) -> list[Outbox]:
        """The messages of a channel, in the order in which they were made."""
        with self.council.office.database.read() as session:
            return list(session.exec(select(Outbox).where(Outbox.channel == channel).order_by(Outbox.id)))  # type: ignore[arg-type]

    def problems(self) -> list[str]:
        """What administrators are told of."""
        return [str(row.body["sentence"]) for row in self.rows(CHAT) if row.notice == "problem"]


@asynccontextmanager
async def post_room(council: Council) -> AsyncIterator[PostRoom]:
    """Copies go by e-mail, and meetings as invitations."""
    authority = council.office.authority.model_copy(update={"mail": MailRule(copies=True)})
    council.office = replace(council.office, authority=authority, invites=True)
    council.reception = Reception(council.office)
    inbox = Inbox()
    async with serving(inbox) as server:
        room = PostRoom(council, inbox, server)
        try:
            yield room
        finally:
            await room.delivery.stop(0.1)
            room.worker.close()


@pytest.fixture
async def room(anyio_backend: str, council: Council) -> AsyncIterator[PostRoom]:
    """The council on Monday 23 November 2026 at ten."""
    async with post_room(council) as open_:
        yield open_
