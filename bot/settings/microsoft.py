"""The settings of Teams, and of calendars, which are Microsoft's too where they are reached through Graph."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from bot.settings.values import Part, Secret, one_of, quoted, web_address, yes_or_no


def _microsoft_address(value: str) -> str:
    """As `web_address`, without a slash at its end."""
    try:
        return web_address(value).rstrip("/")
    except ValueError as error:
        raise ValueError(
            str(error).replace("https://slack.com/api/", "https://graph.microsoft.com")
        ) from None


def _id_of_entra(value: str) -> str:
    text = value.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
        raise ValueError(
            f"{quoted(text)}: it is an id such as 00000000-0000-0000-0000-000000000000, on the Overview page of the app registration."
        )
    return text


MicrosoftAddress = Annotated[str, AfterValidator(_microsoft_address)]
EntraId = Annotated[str, AfterValidator(_id_of_entra)]


class TeamsSettings(Part):
    """Teams, and who the program is in Microsoft Entra."""

    teams_client_id: EntraId | None = Field(
        default=None,
        description="The application (client) id of the app registration in Microsoft Entra. Switches Teams on, unless CHALLENGE_TEAMS_CHAT is 0.",
    )
    teams_tenant_id: EntraId | None = Field(
        default=None,
        description="The directory (tenant) id of the council in Microsoft Entra. Nobody of another tenant is answered.",
    )
    teams_client_secret: Secret = Field(
        default=None,
        description="The value of a client secret of the app registration; or set CHALLENGE_TEAMS_CERTIFICATE.",
    )
    teams_certificate: Path | None = Field(
        default=None,
        description="A PEM file with a private key and its certificate, whose public part the app registration has; instead of a secret.",
    )
    teams_cloud: Annotated[
        Literal["public", "usgov", "usgovdod", "china"],
        BeforeValidator(one_of("public", "usgov", "usgovdod", "china")),
    ] = Field(
        default="public",
        description="Which of Microsoft's clouds the council is in: public, usgov, usgovdod or china.",
    )
    teams_chat: Annotated[bool, BeforeValidator(yes_or_no)] = Field(
        default=True,
        description="0 where the app registration is there for calendars alone, and nobody uses the bot in Teams.",
    )
    teams_noauth: Annotated[bool, BeforeValidator(yes_or_no)] = Field(
        default=False,
        description="1 takes requests for Teams from anybody on this machine, for Microsoft's Agents Playground. Only with a CHALLENGE_HOST of this machine alone.",
    )
    teams_dialogs: Annotated[bool, BeforeValidator(yes_or_no)] = Field(
        default=True,
        description="0 puts forms into the chat itself, for clients that open no dialogs, such as the Agents Playground.",
    )
    teams_service_url: MicrosoftAddress | None = Field(
        default=None,
        description="Where conversations are begun with people who have not written in Teams yet. Left out: as usual in the cloud.",
    )
    teams_login_url: MicrosoftAddress | None = Field(
        default=None,
        description="Who gives tokens for Microsoft's services, without the tenant. Left out: as usual in the cloud.",
    )
    teams_metadata_url: MicrosoftAddress | None = Field(
        default=None,
        description="Where it is said with which keys Teams signs its requests; ends in /openidconfiguration. Left out: as usual in the cloud.",
    )

    @property
    def has_teams(self) -> bool:
        """Whether Teams is set up, or was begun to be."""
        return self.teams_noauth or (self.teams_chat and self.has_registration)

    @property
    def has_registration(self) -> bool:
        """Whether something is said of an app registration in Microsoft Entra, for Teams or for calendars."""
        return any(
            (self.teams_client_id, self.teams_tenant_id, self.teams_client_secret, self.teams_certificate)
        )


class CalendarSettings(Part):
    """How meetings get into calendars."""

    calendars: Annotated[
        Literal["off", "graph", "mail", "chat"], BeforeValidator(one_of("off", "graph", "mail", "chat"))
    ] = Field(
        default="off",
        description="How meetings get into people's calendars: graph puts them there through Microsoft Graph and looks when people are free; mail sends invitations by e-mail and the same as a file in the chat; chat sends the file alone; off does nothing.",
    )
    graph_url: MicrosoftAddress | None = Field(
        default=None,
        description="Where Microsoft Graph is. Left out: as usual in the cloud.",
    )
