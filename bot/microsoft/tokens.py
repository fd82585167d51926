"""Tokens with which the program proves to Microsoft's services who it is: by msal, with a secret or a certificate.

They are asked for on a thread of their own, since msal waits for the network, and kept until shortly before they end. msal itself is
loaded with the first of them. Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow; numbers of
errors: learn.microsoft.com/entra/identity-platform/reference-error-codes.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog

from bot.microsoft.clouds import cloud_of
from bot.sending import NotConnected, SendingProblem, TryLater
from bot.settings import Settings

_log = structlog.get_logger()

TIMEOUT = 10.0
"""Seconds for one request to whoever gives tokens."""
EARLY = 300.0
"""Seconds before its end at which a token counts as used up."""
REFUSED = 30.0
"""Seconds for which a refusal is not asked about again: every message that waits would ask."""
NOT_WRONG = frozenset({"temporarily_unavailable", "server_error", "slow_down", "timeout"})

SECRET = "CHALLENGE_TEAMS_CLIENT_SECRET"  # noqa: S105  a name
SENTENCES = {
    700016: "Microsoft Entra knows no application with the id in CHALLENGE_TEAMS_CLIENT_ID in the tenant of CHALLENGE_TEAMS_TENANT_ID.",
    7000215: f"Microsoft Entra does not accept {SECRET}. It must be the secret's value, not its id.",
    7000222: f"The secret in {SECRET} has run out. Make a new one under Certificates & secrets of the app registration.",
    700027: "Microsoft Entra does not accept the certificate in CHALLENGE_TEAMS_CERTIFICATE. Upload its public part under Certificates & secrets of the app registration.",
    90002: "Microsoft Entra knows no tenant with the id in CHALLENGE_TEAMS_TENANT_ID.",
    900023: "Microsoft Entra knows no tenant with the id in CHALLENGE_TEAMS_TENANT_ID.",
    7000112: "The app registration is switched off in Microsoft Entra. Switch its enterprise application on again.",
}
"""What an administrator is told, by the number of Entra's error."""

Secret = str | Mapping[str, str]
"""What msal takes: a secret, or private_key and public_certificate as PEM."""


class Tokens:
    """The program's tokens in one tenant. `secret` may be a function, which is called on the thread when the first token is asked for.

    http_client: msal's own connection, for tests. now: seconds that only go on.
    """

    def __init__(
        self,
        client_id: str,
        tenant_id: str,
        secret: Secret | Callable[[], Secret],
        login: str,
        http_client: Any = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client_id, self._tenant_id, self._secret, self._login = client_id, tenant_id, secret, login
        self._http_client = http_client
        self._now = now
        self._client: Any = None
        self._kept: dict[str, tuple[str, float]] = {}
        self._refusals: dict[str, tuple[str, float]] = {}
        self._asking = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="tokens")

    async def get(self, scope: str) -> str:
        """An access token for `scope` (of Graph, say: `cloud_of(settings).graph_scope`).

        Raises NotConnected when Entra refuses the application, with what an administrator must set right, and TryLater when Entra
        cannot be reached.
        """
        if (token := self._fresh(scope)) is not None:
            return token
        async with self._asking:
            if (token := self._fresh(scope)) is None:
                token = await self._ask(scope)
            return token

    def forget(self, scope: str) -> None:
        """Ask anew at the next call: the service did not accept the token."""
        self._kept.pop(scope, None)
        self._client = None  # msal keeps tokens too

    def close(self) -> None:
        """Give the thread back."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _fresh(self, scope: str) -> str | None:
        token, until = self._kept.get(scope, ("", 0.0))
        if token and self._now() < until:
            return token
        sentence, until = self._refusals.get(scope, ("", 0.0))
        if sentence and self._now() < until:
            raise NotConnected(sentence)
        return None

    async def _ask(self, scope: str) -> str:
        self._kept.pop(scope, None)
        found = await asyncio.get_running_loop().run_in_executor(self._thread, self._acquire, scope)
        if isinstance(found, NotConnected):
            self._refusals[scope] = (str(found), self._now() + REFUSED)
        if isinstance(found, SendingProblem):
            raise found
        token, seconds = found
        self._refusals.pop(scope, None)
        self._kept[scope] = (token, self._now() + max(0.0, seconds - EARLY))
        return token

    def _acquire(self, scope: str) -> tuple[str, float] | SendingProblem:
        """A token and for how many seconds it is good. What went wrong is returned: msal's own exceptions quote whole answers."""
        try:
            if self._client is None:
                self._client = self._make()
            answer = self._client.acquire_token_for_client([scope])
        except NotConnected as wrong:
            return wrong
        except ValueError as error:  # msal: no such tenant, or an answer that is no JSON
            _log.warning("token_not_had", error=type(error).__name__)
            return NotConnected(SENTENCES[90002]) if "tenant" in str(error).lower() else TryLater()
        except Exception as error:  # noqa: BLE001  requests has many, and none says anything that people could use
            _log.warning("token_not_had", error=type(error).__name__)
            return TryLater()
        if not isinstance(answer, dict):
            return TryLater()
        token = answer.get("access_token")
        if isinstance(token, str) and token:
            return token, float(answer.get("expires_in") or 0)
        return _judged(answer)

    def _make(self) -> Any:
        from msal import ConfidentialClientApplication

        secret = self._secret() if callable(self._secret) else self._secret
        session = self._http_client or _session(self._login)
        return ConfidentialClientApplication(
            self._client_id,
            client_credential=secret if isinstance(secret, str) else dict(secret),
            authority=f"{self._login.replace('http://', 'https://', 1)}/{self._tenant_id}",
            http_client=session,
            instance_discovery=False,  # the address is the administrator's own, or one of ours
        )


def tokens_of(settings: Settings) -> Tokens | None:
    """Tokens with what the settings hold; None where there is no application, or nothing that proves it."""
    secret, certificate = settings.teams_client_secret, settings.teams_certificate
    if settings.teams_client_id is None or settings.teams_tenant_id is None:
        return None
    if certificate is not None:
        proof: Secret | Callable[[], Secret] = lambda: read_certificate(certificate)  # noqa: E731
    elif secret is not None:
        proof = secret.get_secret_value()
    else:
        return None
    return Tokens(settings.teams_client_id, settings.teams_tenant_id, proof, cloud_of(settings).login)


def read_certificate(path: Path) -> dict[str, str]:
    """The private key and the certificate of a PEM file that holds both. Raises NotConnected with a sentence where it does not."""
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        text = ""
    key = re.search(r"-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----.*?-----END \1-----", text, re.DOTALL)
    certificate = re.search(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", text, re.DOTALL)
    if key is None or certificate is None:
        raise NotConnected(
            "CHALLENGE_TEAMS_CERTIFICATE must name a PEM file with the private key (without a password) and the certificate, one below the other."
        )
    return {"private_key": key[0], "public_certificate": certificate[0]}


def _judged(answer: Mapping[str, Any]) -> SendingProblem:
    numbers = answer.get("error_codes")
    number = numbers[0] if isinstance(numbers, list) and numbers and isinstance(numbers[0], int) else 0
    word = str(answer.get("error") or "")
    _log.warning("token_refused", error=f"AADSTS{number}")
    if word in NOT_WRONG or (not number and not word):
        return TryLater()
    known = SENTENCES.get(number)
    return NotConnected(
        known
        or f"Microsoft Entra refuses the application (AADSTS{number}). Compare CHALLENGE_TEAMS_CLIENT_ID, CHALLENGE_TEAMS_TENANT_ID and the secret or certificate with the app registration."
    )


def _session(login: str) -> Any:
    """A connection with a time-out. msal knows https alone; an http address of this very machine is spoken to as it is."""
    import requests
    from requests.adapters import HTTPAdapter

    class Patient(HTTPAdapter):
        def send(self, request: Any, *arguments: Any, **named: Any) -> Any:
            named["timeout"] = TIMEOUT
            if login.startswith("http://") and urlsplit(request.url).netloc == urlsplit(login).netloc:
                request.url = request.url.replace("https://", "http://", 1)
            return super().send(request, *arguments, **named)

    session = requests.Session()
    session.mount("https://", Patient())
    return session
