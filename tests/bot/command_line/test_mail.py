"""An administrator tries the mail server out by hand, before anybody depends on it."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from anyio.from_thread import start_blocking_portal

from bot.mail.server import MailServer
from tests.bot.command_line.conftest import Run, refused
from tests.bot.mail.inbox import SENDER, Inbox, calendar_of, serving

NADIA = "nadia.rahman@barsetshire.example"


@pytest.fixture
def inbox() -> Inbox:
    """What has arrived."""
    return Inbox()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[MailServer]:
    """A mail server that listens while the command runs."""
    with (
        start_blocking_portal("asyncio") as portal,
        portal.wrap_async_context_manager(serving(inbox)) as listening,
    ):
        yield listening


def settings(port: int) -> dict[str, str]:
    """The settings of a mail server on this machine."""
    return {
        "smtp_host": "127.0.0.1",
        "smtp_port": str(port),
        "smtp_security": "none",
        "smtp_from": SENDER,
    }


def test_one_e_mail_arrives_and_says_what_it_is(run: Run, server: MailServer, inbox: Inbox) -> None:
    ran = run("mail", "test", NADIA, **settings(server.port))
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        f"The mail server 127.0.0.1 has taken an e-mail to {NADIA}. Look whether it arrives, and not among the spam.\n"
    )
    [letter] = inbox.letters
    assert (letter["To"], letter["Subject"]) == (NADIA, "challenge-bot: a test")
    assert "If you read this, it works." in letter.get_content()


def test_an_invitation_and_its_cancellation(run: Run, server: MailServer, inbox: Inbox) -> None:
    for words in (["--meeting"], ["--cancel"]):
        assert run("mail", "test", NADIA, *words, **settings(server.port)).status == 0
    asked, called_off = (calendar_of(letter) for letter in inbox.letters)
    assert [asked["method"], called_off["method"]] == ["REQUEST", "CANCEL"]
    [first], [second] = asked.events, called_off.events
    assert first["uid"] == second["uid"]
    assert first["sequence"] <= second["sequence"]
    assert second["status"] == "CANCELLED"


def test_what_the_server_answers_is_said(run: Run, server: MailServer, inbox: Inbox) -> None:
    inbox.answers[NADIA] = "550 5.7.1 Relay access denied"
    refused(
        run("mail", "test", NADIA, **settings(server.port)),
        "The mail server does not let the program write to this address (550 5.7.1). Ask whoever looks after it.",
    )


def test_a_server_that_is_not_there(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        ran = run("mail", "test", NADIA, **settings(port))
    refused(ran, f"The mail server 127.0.0.1 could not be reached at port {port}.")


def test_nothing_is_set_or_something_is_wrong(run: Run) -> None:
    refused(run("mail", "test", NADIA), "CHALLENGE_SMTP_HOST is not set: no e-mail is ever sent.")
    refused(
        run("mail", "test", NADIA, smtp_host="smtp.barsetshire.example", smtp_user="challenge"),
        "CHALLENGE_SMTP_FROM is not set. It is the address that e-mails come from, for example challenge-bot@council.example; the mail "
        "server must let the program send from it.",
        "CHALLENGE_SMTP_USER is set, and CHALLENGE_SMTP_PASSWORD is not: set both, or neither where the server asks for none.",
    )
    refused(
        run("mail", "test", "nadia", **settings(25)),
        '"nadia" is not an e-mail address. For example: ada@example.org.',
    )
