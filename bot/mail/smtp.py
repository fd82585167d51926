"""One e-mail handed over to the mail server, and what becomes of it in delivery's own terms.

Until the letter itself is begun nothing has been sent, whatever goes wrong. From then on only an answer tells: a connection that
breaks leaves open whether the server has taken it. RFC 5321 for the conversation, RFC 3463 for the second, finer code of an answer.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING

from bot.mail.server import MailServer
from bot.sending import CannotDeliver, NotConnected, TryLater

if TYPE_CHECKING:
    from aiosmtplib import SMTP, SMTPResponseException

BEFORE = 15.0
"""Seconds until the letter is begun: a place among the few connections, TLS, the password, the addresses."""
AFTER = 20.0
"""Seconds in which the server must take the letter. Both together are less than the part of a lease in which a message must be sent."""
GOODBYE = 2.0
AT_ONCE = 2
"""Connections at once; some servers allow three."""

_FINER = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_WRONG_PASSWORD = "The mail server does not accept CHALLENGE_SMTP_USER with CHALLENGE_SMTP_PASSWORD"  # noqa: S105


class Post:
    """Hands e-mails over, each in a conversation of its own. `context`: whose certificates count; left out, those that this machine trusts."""

    def __init__(
        self,
        server: MailServer,
        *,
        context: ssl.SSLContext | None = None,
        before: float = BEFORE,
        after: float = AFTER,
    ) -> None:
        self._server, self._context, self._before, self._after = server, context, before, after
        self._places = asyncio.Semaphore(AT_ONCE)

    async def hand_over(self, to: str, letter: bytes) -> None:
        """Return once the server has taken it. Raises TryLater, NotConnected or CannotDeliver, each with its sentence."""
        from aiosmtplib import SMTPException, SMTPResponseException

        try:
            async with asyncio.timeout(self._before) as time, self._conversation(to) as smtp:
                time.reschedule(asyncio.get_running_loop().time() + self._after)
                try:
                    await smtp.data(letter, timeout=None)
                except SMTPResponseException as answer:
                    raise self._about_letter(answer) from None
                except (SMTPException, OSError):
                    raise self._unknown() from None
                except asyncio.CancelledError:
                    # Out of time, or the program ends: the letter is on its way, and its fate is not known.
                    if not time.expired():
                        raise
                    raise self._unknown() from None
                time.reschedule(None)  # it is taken; what is left is to say goodbye
        except TimeoutError:
            raise TryLater(reason=f"The mail server {self._server.host} did not answer in time.") from None

    @asynccontextmanager
    async def _conversation(self, to: str) -> AsyncIterator[SMTP]:
        """Everything up to the letter."""
        import aiosmtplib

        server = self._server
        smtp = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.security == "tls",
            start_tls=False,
            tls_context=self._context,
            timeout=None,
        )
        async with self._places:
            try:
                with self._told():
                    await self._sign_in(smtp)
                    await self._address(smtp, to)
                yield smtp
                with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                    await smtp.quit(timeout=GOODBYE)
            finally:
                smtp.close()

    async def _sign_in(self, smtp: SMTP) -> None:
        import aiosmtplib

        server = self._server
        try:
            await smtp.connect()
            await smtp.ehlo()
        except aiosmtplib.SMTPResponseException as answer:
            raise self._refused(
                answer, f"The mail server {server.host} does not talk to this machine"
            ) from None
        if server.security == "starttls":
            if not smtp.supports_extension("starttls"):
                raise NotConnected(
                    f"The mail server {server.host} does not offer STARTTLS at port {server.port}. Set CHALLENGE_SMTP_SECURITY and "
                    "CHALLENGE_SMTP_PORT as whoever looks after that server says; tls is usually at port 465."
                )
            await smtp.starttls()
            await smtp.ehlo()
        if server.user is None or server.password is None:
            return
        if not smtp.supported_auth_methods:
            raise NotConnected(
                f"The mail server {server.host} takes no user name and password at port {server.port}: leave out CHALLENGE_SMTP_USER and "
                "CHALLENGE_SMTP_PASSWORD, or choose a port at which it does."
            )
        try:
            await smtp.login(server.user, server.password.get_secret_value())
        except aiosmtplib.SMTPResponseException as answer:
            raise self._refused(answer, _WRONG_PASSWORD) from None

    async def _address(self, smtp: SMTP, to: str) -> None:
        from aiosmtplib import SMTPResponseException

        server = self._server
        try:
            await smtp.mail(server.sender)
        except SMTPResponseException as answer:
            what = f"The mail server {server.host} does not let the program send from {server.sender} (CHALLENGE_SMTP_FROM)"
            raise self._refused(answer, what) from None
        try:
            await smtp.rcpt(to)
        except SMTPResponseException as answer:
            raise self._about_recipient(answer) from None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong with the connection, as sentences."""
        from aiosmtplib import SMTPException

        host, port = self._server.host, self._server.port
        try:
            yield
        except (SMTPException, OSError) as error:
            if isinstance(error, TimeoutError):
                raise TryLater(reason=f"The mail server {host} did not answer in time.") from None
            trouble = _of_tls(error)
            if isinstance(trouble, ssl.SSLCertVerificationError):
                raise NotConnected(
                    f"The certificate of the mail server {host} is not valid for this machine: {trouble.verify_message}. Name the server as its "
                    "certificate does, or have this machine trust whoever issued it."
                ) from None
            if trouble is not None:
                raise NotConnected(
                    f"The mail server {host} does not speak TLS at port {port} as CHALLENGE_SMTP_SECURITY says. tls is usually at port 465, "
                    "starttls at 587."
                ) from None
            raise TryLater(reason=f"The mail server {host} could not be reached at port {port}.") from None

    # --- what an answer means ---------------------------------------------------------------------------------------

    def _unknown(self) -> TryLater:
        what = f"The mail server {self._server.host} broke off before it said whether it took the message."
        return TryLater(maybe_sent=True, reason=what)

    def _later(self, answer: SMTPResponseException) -> TryLater:
        if answer.code < 0:
            return TryLater(reason=f"The mail server {self._server.host} gave an answer that cannot be read.")
        return TryLater(
            reason=f"The mail server {self._server.host} asked to be tried later ({_code(answer)})."
        )

    def _refused(self, answer: SMTPResponseException, what: str) -> NotConnected | TryLater:
        """The server refuses the program itself, for now or until somebody puts it right."""
        return NotConnected(f"{what} ({_code(answer)}).") if answer.code >= 500 else self._later(answer)

    def _about_recipient(self, answer: SMTPResponseException) -> Exception:
        code, finer = answer.code, _finer(answer)
        if code == 530 or finer.startswith("5.7.57"):
            return NotConnected(
                f"The mail server {self._server.host} wants a user name ({_code(answer)}): set CHALLENGE_SMTP_USER and CHALLENGE_SMTP_PASSWORD."
            )
        if code < 500:
            return self._later(answer)
        if finer.startswith("5.7."):
            what = f"The mail server does not let the program write to this address ({_code(answer)}). Ask whoever looks after it."
        elif finer.startswith("5.2."):
            what = f"The mailbox takes no e-mail ({_code(answer)}). Ask the person, or whoever looks after the mail server."
        else:
            what = f"The mail server does not know this e-mail address ({_code(answer)}). Correct it in people.csv."
        return CannotDeliver(what, str(code))

    def _about_letter(self, answer: SMTPResponseException) -> Exception:
        if answer.code < 0:  # no answer that can be read
            return self._unknown()
        if answer.code < 500:
            return self._later(answer)
        what = f"The mail server does not take the e-mail ({_code(answer)}). Ask whoever looks after it."
        return CannotDeliver(what, str(answer.code))


def _finer(answer: SMTPResponseException) -> str:
    """The code of RFC 3463, such as 5.1.1; empty where there is none."""
    found = _FINER.search(answer.message)
    return found[1] if found else ""


def _code(answer: SMTPResponseException) -> str:
    """The codes alone: the server's words may hold the address."""
    return f"{answer.code} {_finer(answer)}".strip()


def _of_tls(error: BaseException) -> ssl.SSLError | None:
    """The trouble with TLS behind an error, if there is one."""
    each: BaseException | None = error
    while each is not None:
        if isinstance(each, ssl.SSLError):
            return each
        each = each.__cause__
    return None
