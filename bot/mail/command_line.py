"""`challenge-bot mail`: whether the mail server takes what the program sends."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import fail, faults_as_sentences, read_settings
from bot.mail.server import MailServer, faults, server_of

if TYPE_CHECKING:
    from commands.vocabulary import Card

app = typer.Typer(no_args_is_help=True, help="E-mail: try out the mail server.")


@app.callback()
def mail() -> None:
    """E-mail: try out the mail server."""


@app.command("test")
def try_out(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Whom to write to, such as yourself.")],
    meeting: Annotated[
        bool,
        typer.Option("--meeting", help="Send an invitation to a made-up meeting tomorrow."),
    ] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Cancel that meeting again.")] = False,
) -> None:
    """Send one e-mail to this address, and say what the mail server answered. Nothing in it is about any case."""
    with faults_as_sentences():
        server = _server()
        from bot.mail.letters import letter
        from bot.mail.smtp import Post
        from bot.sending import SendingProblem
        from procedures.addresses import is_email
        from procedures.clock import SystemClock

        if not is_email(address):
            raise fail(f'"{address}" is not an e-mail address. For example: ada@example.org.')
        now = SystemClock().now()
        card = _meeting(server, address, now, cancel=cancel) if meeting or cancel else _words()
        key = f"mail test {address} {now.isoformat()}"
        content = letter(card, sender=server.sender, to=address, key=key, at=now)
        try:
            asyncio.run(Post(server).hand_over(address, content))
        except SendingProblem as problem:
            raise fail(str(problem)) from None
        typer.echo(
            f"The mail server {server.host} has taken an e-mail to {address}. Look whether it arrives, and not among the spam."
        )


def _server() -> MailServer:
    settings = read_settings()
    wrong = list(faults(settings))
    server = server_of(settings)
    if wrong or server is None:
        raise fail(*(wrong or ["CHALLENGE_SMTP_HOST is not set: no e-mail is ever sent."]))
    return server


def _words() -> Card:
    from commands.vocabulary import Card, Paragraph

    words = (
        "Somebody who looks after challenge-bot is trying out its mail server. If you read this, it works."
    )
    return Card("A test", (Paragraph(words),), "challenge-bot: a test")


def _meeting(server: MailServer, address: str, now: datetime, *, cancel: bool) -> Card:
    """The meeting has the same UID each time, and a number that rises with the time, so that a calendar keeps one entry."""
    from commands.calendar_file import Comer, Entry, calendar_file
    from commands.vocabulary import Card, Paragraph

    begins = (now + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    entry = Entry(
        uid=f"{hashlib.sha256(address.lower().encode()).hexdigest()[:32]}@challenge-bot",
        sequence=int(now.timestamp()) - 1_700_000_000,
        title="challenge-bot: a test",
        text="A made-up meeting.",
        place="",
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
        organiser=server.sender,
        comers=(Comer(address, address),),
    )
    file = calendar_file("test-meeting", entry, "CANCEL" if cancel else "REQUEST", now)
    words = (
        "The made-up meeting is cancelled."
        if cancel
        else "A made-up meeting, to see whether it gets into your calendar."
    )
    return Card("A test", (Paragraph(words),), f"challenge-bot: a test{' cancelled' if cancel else ''}", file)
