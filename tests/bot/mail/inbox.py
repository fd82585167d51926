"""A real mail server (aiosmtpd) on this machine, which can be made to refuse, to put off, to hang and to hang up."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from icalendar import Calendar
from pydantic import SecretStr

from bot.mail.server import MailServer, Security

SENDER = "challenge-bot@barsetshire.example"
USER, PASSWORD = "challenge", "verysecret"


@dataclass
class Inbox:
    """Everybody's mailbox. `answers`: what is said to a sender or recipient instead of yes; `at_data` what happens to the letter itself."""

    letters: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    at_data: Literal["take", "cut before taking", "take and cut", "hang"] | str = "take"
    conversations: int = 0
    most_at_once: int = 0
    _now: int = 0

    async def handle_EHLO(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Somebody begins."""
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """From whom."""
        self.conversations += 1
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        envelope.mail_from = address
        return self.answers.get(address, "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """To whom."""
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The letter."""
        await asyncio.sleep(0)
        self._now -= 1
        if self.at_data == "hang":
            await asyncio.Event().wait()
        if self.at_data.startswith("take"):
            content = envelope.original_content
            assert content is not None
            letter = message_from_bytes(content, policy=SMTP_POLICY)
            assert isinstance(letter, EmailMessage)
            assert [letter["To"], letter["From"].addresses[0].addr_spec] == [
                *envelope.rcpt_tos,
                envelope.mail_from,
            ]
            self.letters.append(letter)
        if "cut" in self.at_data:
            server.transport.abort()
        return "250 OK" if self.at_data.startswith(("take", "cut")) else self.at_data

    def to(self, email: str) -> list[EmailMessage]:
        """Somebody's letters, the oldest first."""
        return [letter for letter in self.letters if letter["To"] == email]


@asynccontextmanager
async def serving(inbox: Inbox, security: Security = "none", **options: Any) -> AsyncIterator[MailServer]:
    """The server, listening on this machine, and the settings by which the program finds it."""
    loop = asyncio.get_running_loop()
    context = options.pop("wrapped", None)
    open_: set[SMTP] = set()

    def conversation() -> SMTP:
        smtp = SMTP(inbox, hostname="mail.barsetshire.example", loop=loop, **options)
        open_.add(smtp)
        return smtp

    server = await loop.create_server(conversation, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    user = {"user": USER, "password": SecretStr(PASSWORD)} if "authenticator" in options else {}
    try:
        yield MailServer("127.0.0.1", port, SENDER, security, **user)
    finally:
        server.close()
        for each in open_:
            if each.transport is not None:
                each.transport.abort()
            if each._handler_coroutine is not None:
                each._handler_coroutine.cancel()
        await asyncio.sleep(0)


def checks_passwords(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    """aiosmtpd's question whether somebody may sign in."""
    known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


def calendar_of(letter: EmailMessage) -> Calendar:
    """The calendar's part of a letter, read by icalendar."""
    [part] = [each for each in letter.walk() if each.get_content_type() == "text/calendar"]
    text = part.get_content()
    calendar = Calendar.from_ical(text)
    assert isinstance(calendar, Calendar)
    assert part.get_param("method") == calendar["method"], "Outlook compares the two."
    return calendar


@dataclass(frozen=True)
class Certificates:
    """A certificate that a made-up authority has issued for 127.0.0.1, for the server; and who trusts that authority."""

    server: ssl.SSLContext
    trusting: ssl.SSLContext


def certificates(folder: Path) -> Certificates:
    """Made for this test."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.barsetshire.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    file.write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(file)
    return Certificates(server, ssl.create_default_context(cadata=pem.decode()))
