"""The authority's mail server, as the settings name it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from pydantic import SecretStr

from bot.microsoft.missing import is_loopback
from bot.settings import Settings

Security = Literal["starttls", "tls", "none"]
PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True)
class MailServer:
    """Where e-mails are handed over. `sender` is the address that they come from; with `none` nothing is encrypted on the way."""

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str | None = None
    password: SecretStr | None = field(default=None, repr=False)


def server_of(settings: Settings) -> MailServer | None:
    """The mail server that the settings name; None when they name none. Look at `faults` first."""
    if settings.smtp_host is None or settings.smtp_from is None:
        return None
    security = settings.smtp_security
    return MailServer(
        settings.smtp_host,
        settings.smtp_port or PORTS[security],
        settings.smtp_from,
        security,
        settings.smtp_user,
        settings.smtp_password,
    )


def faults(settings: Settings) -> Iterator[str]:
    """What is wrong between the settings of the mail server, each of which is right by itself; one sentence each."""
    host, user, password = settings.smtp_host, settings.smtp_user, settings.smtp_password
    if host is None and settings.calendars == "mail":
        yield (
            'CHALLENGE_CALENDARS is "mail", and CHALLENGE_SMTP_HOST is not set: name the mail server, or choose chat for a file in the chat '
            "alone."
        )
    if host is None:
        given = [name for name in ("port", "user", "password", "from") if getattr(settings, f"smtp_{name}")]
        for name in given:
            yield f"CHALLENGE_SMTP_{name.upper()} is set, and CHALLENGE_SMTP_HOST is not: name the mail server, or leave out both."
        return
    if settings.smtp_from is None:
        yield (
            "CHALLENGE_SMTP_FROM is not set. It is the address that e-mails come from, for example challenge-bot@council.example; the mail "
            "server must let the program send from it."
        )
    if user is not None and password is None:
        yield "CHALLENGE_SMTP_USER is set, and CHALLENGE_SMTP_PASSWORD is not: set both, or neither where the server asks for none."
    if password is not None and user is None:
        yield "CHALLENGE_SMTP_PASSWORD is set, and CHALLENGE_SMTP_USER is not: set both, or neither where the server asks for none."
    if settings.smtp_security == "none" and not is_loopback(host):
        yield (
            f'CHALLENGE_SMTP_SECURITY is "none", and {host} is another machine: on the way there everybody could read what is sent. '
            "Set it to starttls or tls; none is for a mail server on this very machine."
        )
