"""What is missing or wrong in the settings of Teams, in sentences."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from bot.settings import Settings
from bot.settings.missing import is_file


def teams_faults(settings: Settings) -> Iterable[str]:
    """What `challenge-bot serve` still needs for Teams, one sentence each; none where Teams is not set up at all."""
    if not settings.has_teams:
        return
    if not settings.teams_noauth:
        yield from _registration_faults(settings)
    elif not is_loopback(settings.host):
        yield (
            f"CHALLENGE_TEAMS_NOAUTH is set and CHALLENGE_HOST is {settings.host}: anybody on that network could act as anybody. "
            "Leave CHALLENGE_TEAMS_NOAUTH out, or set CHALLENGE_HOST to 127.0.0.1."
        )


def graph_faults(settings: Settings) -> Iterable[str]:
    """What `challenge-bot serve` still needs for calendars by Graph, and `teams_faults` does not say."""
    if settings.calendars != "graph" or is_loopback(urlsplit(settings.graph_url or "").hostname or ""):
        return
    if not settings.has_registration:
        yield (
            "CHALLENGE_CALENDARS is graph, and nothing says who the program is there. Set CHALLENGE_TEAMS_CLIENT_ID, CHALLENGE_TEAMS_TENANT_ID and "
            "CHALLENGE_TEAMS_CLIENT_SECRET (or CHALLENGE_TEAMS_CERTIFICATE) to those of an app registration with Calendars.ReadWrite, or leave CHALLENGE_CALENDARS out."
        )
    elif settings.teams_noauth or not settings.has_teams:
        yield from _registration_faults(settings)


def _registration_faults(settings: Settings) -> Iterable[str]:
    """What is missing or wrong of the app registration, which Teams and Graph share."""
    secret, certificate = settings.teams_client_secret, settings.teams_certificate
    if settings.teams_client_id is None:
        yield "CHALLENGE_TEAMS_CLIENT_ID is not set. It is the application (client) id on the Overview page of the app registration in Microsoft Entra."
    if settings.teams_tenant_id is None:
        yield "CHALLENGE_TEAMS_TENANT_ID is not set. It is the directory (tenant) id on the Overview page of the app registration in Microsoft Entra."
    if secret is None and certificate is None:
        yield (
            "Neither CHALLENGE_TEAMS_CLIENT_SECRET nor CHALLENGE_TEAMS_CERTIFICATE is set. Make a secret under Certificates & secrets of the app "
            "registration in Microsoft Entra, and copy its value."
        )
    if secret is not None and certificate is not None:
        yield "CHALLENGE_TEAMS_CLIENT_SECRET and CHALLENGE_TEAMS_CERTIFICATE are both set, and only one of them can be used: leave out the other."
    if secret is not None and not re.fullmatch(r"[!-~]+", secret.get_secret_value()):
        yield "CHALLENGE_TEAMS_CLIENT_SECRET holds a space or an unusual character: copy the value of the secret again."
    if certificate is not None and not is_file(certificate):
        yield f'CHALLENGE_TEAMS_CERTIFICATE is "{certificate}", and there is no such file.'


def is_loopback(host: str) -> bool:
    """Whether whatever listens there is reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
