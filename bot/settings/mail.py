"""The settings of the mail server."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from bot.settings.values import Part, Secret, host_name, one_of, quoted, stripped, whole_number
from procedures.addresses import is_email


def _mail_server(value: str) -> str:
    try:
        return host_name(value)
    except ValueError:
        text = value.strip()
        raise ValueError(
            f"{quoted(text)}: it is the name of a mail server, such as smtp.council.example, without a port."
        ) from None


def _mail_address(value: str) -> str:
    text = value.strip()
    if not is_email(text):
        raise ValueError(
            f"{quoted(text)}: it is an e-mail address alone, such as challenge-bot@council.example."
        )
    return text


class MailSettings(Part):
    """The mail server."""

    smtp_host: Annotated[str, AfterValidator(_mail_server)] | None = Field(
        default=None,
        description="The mail server that takes the program's e-mails. Left out: no e-mail is sent.",
    )
    smtp_port: Annotated[int, BeforeValidator(whole_number("a port", 1, 65535))] | None = Field(
        default=None,
        description="Its port. Left out: 587 for starttls, 465 for tls, 25 for none.",
    )
    smtp_security: Annotated[
        Literal["starttls", "tls", "none"], BeforeValidator(one_of("starttls", "tls", "none"))
    ] = Field(
        default="starttls",
        description="How the way to the mail server is encrypted: starttls, tls from the start, or none (for a server on this machine alone).",
    )
    smtp_user: Annotated[str, BeforeValidator(stripped)] | None = Field(
        default=None,
        description="The user name at the mail server, where it asks for one.",
    )
    smtp_password: Secret = Field(
        default=None,
        description="The password at the mail server, where it asks for one.",
    )
    smtp_from: Annotated[str, AfterValidator(_mail_address)] | None = Field(
        default=None,
        description="The address that e-mails come from, and the organiser of invitations sent by e-mail.",
    )
