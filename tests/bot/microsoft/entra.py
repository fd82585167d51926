"""Whoever gives tokens at Microsoft, as msal meets it: tells of its addresses, and gives or refuses a token.

Shapes: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """An answer as msal reads it."""

    text: str
    status_code: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def raise_for_status(self) -> None:
        """msal asks for it."""


class Entra:
    """Stands in for msal's connection. `refusal` is what is answered instead of a token; `down` for nothing at all."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, Any]] = []
        self.refusal: Mapping[str, Any] | None = None
        self.down = False
        self.seconds = 3600

    def get(self, url: str, **named: Any) -> Answer:
        """The addresses of the tenant."""
        self._unless_down()
        tenant = url.partition("/v2.0")[0]
        return Answer(
            json.dumps(
                {
                    "issuer": f"{tenant}/v2.0",
                    "authorization_endpoint": f"{tenant}/oauth2/v2.0/authorize",
                    "token_endpoint": f"{tenant}/oauth2/v2.0/token",
                }
            )
        )

    def post(self, url: str, data: Mapping[str, Any] | None = None, **named: Any) -> Answer:
        """A token, numbered."""
        self._unless_down()
        self.asked.append(dict(data or {}))
        if self.refusal is not None:
            return Answer(json.dumps(self.refusal), 401)
        return Answer(
            json.dumps(
                {
                    "token_type": "Bearer",
                    "access_token": f"token-{len(self.asked)}",
                    "expires_in": self.seconds,
                }
            )
        )

    def close(self) -> None:
        """msal closes its connection."""

    def _unless_down(self) -> None:
        if self.down:
            raise ConnectionError
