"""The embedded workspace's mail server: plain SMTP on this machine alone, and everybody's mailbox.

It takes what a real one would take from the program, and can be told to refuse somebody, to put off, or to be down. What is for a
calendar gets into the person's calendar as Outlook would keep it: by UID, the highest SEQUENCE, until it is cancelled.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.policy import SMTP
from typing import Any, cast

LONGEST = 64 * 1024
"""Bytes of a line at most."""
_PATH = re.compile(rb"(?i)(?:MAIL FROM|RCPT TO):\s*<([^<>\s]*)>")


@dataclass(frozen=True)
class Letter:
    """An e-mail in a mailbox. `method` is that of its calendar's part (REQUEST, CANCEL), `calendar` its text; both empty without one."""

    at: datetime
    sender: str
    to: str
    subject: str
    text: str
    method: str
    calendar: str
    message_id: str


@dataclass(frozen=True)
class Meeting:
    """A meeting in somebody's calendar; the moments are aware."""

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    cancelled: bool


class PostOffice:
    """Everybody's mailboxes. now: the time that letters are stamped with."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._letters: dict[str, list[Letter]] = defaultdict(list)
        self._meetings: dict[str, dict[str, Meeting]] = defaultdict(dict)
        self._refused: dict[str, str] = {}
        self.down = False
        """Whether whoever calls is hung up on."""
        self.changed: Callable[[], None] = lambda: None
        """Called when a letter has come."""

    def mailbox(self, email: str) -> list[Letter]:
        """Somebody's letters, the oldest first."""
        return list(self._letters[email.lower()])

    def meetings(self, email: str) -> list[Meeting]:
        """What stands in somebody's calendar, cancelled ones too, in the order of their time."""
        return sorted(self._meetings[email.lower()].values(), key=lambda each: (each.starts_at, each.uid))

    def refuse(self, email: str, code: int, words: str) -> None:
        """Answer so to whoever writes to this address, until `accept`."""
        self._refused[email.lower()] = f"{code} {words}"

    def accept(self, email: str) -> None:
        """Take letters to this address again."""
        self._refused.pop(email.lower(), None)

    @asynccontextmanager
    async def open(self, listener: socket.socket | None = None) -> AsyncIterator[int]:
        """Listen for as long as the block lasts: at this socket, or at any port of 127.0.0.1; the port."""
        talks: set[asyncio.Task[None]] = set()

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            if task is not None:
                talks.add(task)
                task.add_done_callback(talks.discard)
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self._talk(reader, writer)
            writer.close()

        where: dict[str, Any] = {"host": "127.0.0.1", "port": 0} if listener is None else {"sock": listener}
        server = await asyncio.start_server(talk, limit=LONGEST, **where)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()
            for task in talks:
                task.cancel()
            await asyncio.gather(*talks, return_exceptions=True)

    # --- the conversation (RFC 5321, as much of it as the program speaks) -------------------------------------------------

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.down:
            return

        async def say(words: str) -> None:
            writer.write(f"{words}\r\n".encode())
            await writer.drain()

        await say("220 mail.workspace.example ESMTP")
        sender = to = ""
        while line := await reader.readline():
            verb, path = line[:4].upper(), _PATH.match(line)
            if verb in (b"EHLO", b"HELO", b"NOOP", b"RSET"):
                sender = to = ""
                await say("250 mail.workspace.example")
            elif verb == b"MAIL" and path:
                sender = path[1].decode("ascii", "replace")
                await say("250 OK")
            elif verb == b"RCPT" and path and sender:
                answer = self._refused.get(path[1].decode("ascii", "replace").lower(), "250 OK")
                to = path[1].decode("ascii", "replace").lower() if answer.startswith("250") else to
                await say(answer)
            elif verb == b"DATA" and to:
                await say("354 Go on")
                self._deliver(sender, to, await _content(reader))
                sender = to = ""
                await say("250 Taken")
            elif verb == b"QUIT":
                await say("221 Bye")
                return
            else:
                await say("503 Not now")

    def _deliver(self, sender: str, to: str, content: bytes) -> None:
        message = message_from_bytes(content, policy=SMTP)
        words = message.get_body(("plain",))
        parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
        calendar = str(parts[0].get_content()) if parts else ""
        letter = Letter(
            at=self._now(),
            sender=sender,
            to=to,
            subject=str(message["Subject"]),
            text="" if words is None else str(words.get_content()).replace("\r\n", "\n").strip(),
            method=str(parts[0].get_param("method", "")) if parts else "",
            calendar=calendar,
            message_id=str(message["Message-ID"]),
        )
        if all(each.message_id != letter.message_id for each in self._letters[to]):  # a double is dropped
            self._letters[to].append(letter)
            self.changed()
        if calendar:
            self._keep(to, calendar)

    def _keep(self, to: str, text: str) -> None:
        from icalendar import Calendar

        calendar = Calendar.from_ical(text)
        for event in calendar.events:
            meeting = Meeting(
                uid=str(event["uid"]),
                sequence=event.sequence,
                title=str(event["summary"]),
                starts_at=cast("datetime", event.start),
                ends_at=cast("datetime", event.end),
                place=str(event.get("location", "")),
                cancelled=calendar["method"] == "CANCEL",
            )
            known = self._meetings[to].get(meeting.uid)
            if known is None or known.sequence <= meeting.sequence:
                self._meetings[to][meeting.uid] = meeting


async def _content(reader: asyncio.StreamReader) -> bytes:
    """A letter up to the line with a single dot; the dots that were put before lines that begin with one are taken away."""
    lines: list[bytes] = []
    while (line := await reader.readline()) != b".\r\n":
        if not line:
            raise ConnectionError
        lines.append(line.removeprefix(b"."))
    return b"".join(lines)
