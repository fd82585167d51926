"""Who of those who use the app are colleagues: no guest, nobody of another organisation. And who somebody is by their address.

Teams is asked in the background about whoever is met; nobody who is known waits for it. Source: userRole and userPrincipalName of
learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context; guests in learn.microsoft.com/graph/api/resources/user.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import httpx
import structlog

from bot.background import Background
from bot.microsoft.tokens import Tokens
from bot.sending import CannotDeliver, NotConnected, SendingProblem
from bot.teams.connector import Connector
from bot.teams.errors import Refused, answered
from storage.teams import Chat

_log = structlog.get_logger()

NOT_SENT = (
    "This is the account of a guest, or of somebody in another organisation, and case detail is not sent there. Ask for a full account, or "
    "name somebody else in people.csv."
)
MAY_NOT_ASK = (
    "The app may not look people up in Microsoft Entra. Grant it the application permission User.Read.All of Microsoft Graph, or fill in "
    "teams_user_id in people.csv."
)
FRESH = 3600.0
"""Seconds for which a colleague counts as one without being asked about again; they stay one until the answer is there."""
PATIENCE = 60.0
"""Seconds until Teams is asked again about somebody who is outside, or of whom it has not told."""
MOST = 100_000
"""People who are remembered."""


class Directory:
    """Remembers of each person in Teams whether they are a colleague, and where they were met.

    tokens: for Microsoft Graph, None where nobody can be looked up. graph: its address and the scope of its tokens. now: seconds that
    only go on.
    """

    def __init__(
        self,
        connector: Connector,
        http: httpx.AsyncClient,
        tokens: Tokens | None,
        graph: tuple[str, str],
        tenant_id: str,
        background: Background,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connector, self._http, self._tokens, self._tenant_id = connector, http, tokens, tenant_id
        self._graph, self._scope = graph
        self._background = background
        self._now = now
        self._known: dict[str, tuple[bool, float]] = {}
        self._met: dict[str, tuple[Chat, str]] = {}
        self._asking: set[str] = set()

    def met(self, user_id: str, chat: Chat, member_id: str) -> None:
        """Somebody has written or pressed there, under this id in the conversation."""
        if len(self._met) >= MOST and user_id not in self._met:
            self._met.pop(next(iter(self._met)))
        self._met[user_id] = (chat, member_id)

    def outside(self, user_id: str) -> bool:
        """Whether somebody must be shown nothing, as far as is known. Waits for nothing: whoever was not met before is asked about
        meanwhile. (Whoever is not in people.csv by their id is asked about before they are let in, by `email_of`.)"""
        ours, until = self._known.get(user_id, (True, 0.0))
        if until <= self._now() and user_id not in self._asking and user_id in self._met:
            self._asking.add(user_id)
            self._background.start(self._again(user_id), "look up a colleague")
        return not ours

    def check(self, user_id: str) -> None:
        """Before something is sent. Raises CannotDeliver for whoever is known to be a guest or of another organisation."""
        if not self._known.get(user_id, (True, 0.0))[0]:
            raise CannotDeliver(NOT_SENT, "guest")

    async def email_of(self, user_id: str) -> str | None:
        """The address of a colleague whom we have met; None for anybody else. Raises TryLater, NotConnected."""
        found = await self._ask(user_id)
        if found is None or not self.is_ours(found):
            return None
        email = found.get("email") or found.get("userPrincipalName")
        return email if isinstance(email, str) and "@" in email else None

    async def lookup(self, email: str) -> str | None:
        """The id of the colleague with this address; None for nobody and for a guest.

        Raises CannotDeliver where the app may not ask, TryLater, NotConnected.
        """
        if self._tokens is None:
            return None
        token = await self._tokens.get(self._scope)
        address = f"{self._graph}/v1.0/users/{quote(email, safe='@')}?$select=id,userType,accountEnabled"

        async def get() -> Any:
            answer = await self._http.get(address, headers={"Authorization": f"Bearer {token}"})
            return answer.raise_for_status().json()

        try:
            found = await answered(get)
        except Refused as refusal:
            if refusal.status == 404:
                return None
            raise CannotDeliver(MAY_NOT_ASK, "no_permission") from None
        except NotConnected:  # Graph, not Teams: messages to others go out all the same
            raise CannotDeliver(MAY_NOT_ASK, "no_permission") from None
        if not isinstance(found, dict) or found.get("userType") == "Guest":
            return None
        id_ = found.get("id")
        return id_ if isinstance(id_, str) and id_ and found.get("accountEnabled") is not False else None

    def is_ours(self, member: Mapping[str, Any]) -> bool:
        """Whether what Teams tells of somebody is of a colleague."""
        return (
            (not self._tenant_id or member.get("tenantId") in (None, "", self._tenant_id))
            and str(member.get("userRole") or "user").lower() not in ("guest", "anonymous")
            and "#EXT#" not in str(member.get("userPrincipalName") or "").upper()
        )

    async def _again(self, user_id: str) -> None:
        try:
            await self._ask(user_id)
        except SendingProblem:
            ours, _ = self._known.get(user_id, (True, 0.0))
            self._keep(user_id, ours, PATIENCE)
        finally:
            self._asking.discard(user_id)

    async def _ask(self, user_id: str) -> Mapping[str, Any] | None:
        met = self._met.get(user_id)
        if met is None:
            return None
        try:
            found = await self._connector.member(*met)
        except Refused as refusal:
            if refusal.status not in (400, 404):
                raise
            _log.info("teams_member_unknown")
            return None
        ours = self.is_ours(found)
        self._keep(user_id, ours, FRESH if ours else PATIENCE)
        return found

    def _keep(self, user_id: str, ours: bool, seconds: float) -> None:
        if len(self._known) >= MOST and user_id not in self._known:
            self._known.pop(next(iter(self._known)))
        self._known[user_id] = (ours, self._now() + seconds)
