"""Where Microsoft's services are: the public cloud and the sovereign ones.

Source: learn.microsoft.com/entra/identity-platform/authentication-national-cloud, learn.microsoft.com/graph/deployments,
learn.microsoft.com/azure/bot-service/how-to-deploy-gov-cloud-high, and the cloud environments of microsoft-teams-apps 2.1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.settings import Settings


@dataclass(frozen=True)
class Cloud:
    """One of Microsoft's clouds. Addresses have no slash at their end.

    name: as microsoft-teams-apps calls it. login: whoever gives tokens. bot_scope: of a token for Teams. metadata: the OpenID metadata of
    the keys with which Teams signs its requests. service: where a conversation is begun with somebody who has never written; "" where
    no such address is documented. graph: Microsoft Graph.
    """

    name: str
    login: str
    bot_scope: str
    metadata: str
    service: str
    graph: str

    @property
    def graph_scope(self) -> str:
        """Of a token for Microsoft Graph."""
        return f"{self.graph}/.default"


CLOUDS = {
    "public": Cloud(
        "public",
        "https://login.microsoftonline.com",
        "https://api.botframework.com/.default",
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
        "https://smba.trafficmanager.net/teams",
        "https://graph.microsoft.com",
    ),
    "usgov": Cloud(
        "usgov",
        "https://login.microsoftonline.us",
        "https://api.botframework.us/.default",
        "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
        "https://smba.infra.gov.teams.microsoft.us/teams",
        "https://graph.microsoft.us",
    ),
    "usgovdod": Cloud(
        "usgovdod",
        "https://login.microsoftonline.us",
        "https://api.botframework.us/.default",
        "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
        "https://smba.infra.dod.teams.microsoft.us/teams",
        "https://dod-graph.microsoft.us",
    ),
    "china": Cloud(
        "china",
        "https://login.partner.microsoftonline.cn",
        "https://api.botframework.azure.cn/.default",
        "https://login.botframework.azure.cn/v1/.well-known/openidconfiguration",
        "",
        "https://microsoftgraph.chinacloudapi.cn",
    ),
}


def cloud_of(settings: Settings) -> Cloud:
    """The cloud that the settings name, with the addresses that they put in place of its own."""
    known = CLOUDS[settings.teams_cloud]
    return replace(
        known,
        login=(settings.teams_login_url or known.login).rstrip("/"),
        metadata=(settings.teams_metadata_url or known.metadata).rstrip("/"),
        service=(settings.teams_service_url or known.service).rstrip("/"),
    )
