"""Microsoft's sign-in service as an app meets it: tokens for its secret, and the keys with which Teams signs what it sends.

    GET  /v1/.well-known/openidconfiguration, /v1/.well-known/keys   what the app checks Teams' requests with
    GET  /{tenant}/v2.0/.well-known/openid-configuration             where tokens are had
    POST /{tenant}/oauth2/v2.0/token                                 a token for the app's id and secret

It has a thread and a port of its own, since the SDK fetches the keys with a blocking call inside the app's event loop, which may be
the one that the workspace runs in. Tokens are about the real time, as the SDK's check of them is.

Source: learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bot.playground.state import Json
from procedures.clock import Clock, SystemClock

ISSUER = "https://api.botframework.com"
BOT_SCOPE = "https://api.botframework.com/.default"
GRAPH_SCOPE = "https://graph.microsoft.com/.default"
LIFE = timedelta(minutes=60)


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _base64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class SigningKey:
    """An RSA key, and JSON Web Tokens signed with it (RS256)."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._numbers = self._key.public_key().public_numbers()
        self.id = _base64(hashlib.sha1(str(self._numbers.n).encode(), usedforsecurity=False).digest())

    def public(self) -> Json:
        """The public half as a JSON Web Key, marked as Teams marks its own."""
        return {
            "kty": "RSA",
            "use": "sig",
            "kid": self.id,
            "x5t": self.id,
            "n": _number(self._numbers.n),
            "e": _number(self._numbers.e),
            "endorsements": ["msteams"],
        }

    def sign(self, claims: Json) -> str:
        """A token that says so."""
        head = {"alg": "RS256", "kid": self.id, "x5t": self.id, "typ": "JWT"}
        signed = ".".join(_base64(json.dumps(part).encode()) for part in (head, claims))
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_base64(signature)}"


class Refused(Exception):
    """A request for a token that is not granted, in Entra's words."""

    def __init__(self, status: int, error: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.error = status, error


class Login:
    """The service, running from the start until `close`. client_id, client_secret: the one app's that is registered in this tenant."""

    def __init__(
        self, *, tenant_id: str, client_id: str, client_secret: str, clock: Clock | None = None
    ) -> None:
        self.tenant_id, self.client_id, self._secret = tenant_id, client_id, client_secret
        self._clock = clock or SystemClock()
        self.key = SigningKey()
        self._issued: dict[str, tuple[str, datetime]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.metadata_url = f"{self.address}/v1/.well-known/openidconfiguration"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="login", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # For the workspace

    def claims(self, service_url: str) -> Json:
        """What Teams says of itself in the token that goes with each activity."""
        now = int(self._clock.now().timestamp())
        return {
            "serviceurl": service_url,
            "nbf": now,
            "exp": now + int(LIFE.total_seconds()),
            "iss": ISSUER,
            "aud": self.client_id,
        }

    def problem_with(self, authorization: str, scope: str = BOT_SCOPE) -> str | None:
        """Why a request with this Authorization header is refused; None for one that may go on."""
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer" or not token:
            return "Authorization has been denied for this request."
        issued = self._issued.get(token)
        if issued is None or issued[0] != scope:
            return "Invalid JWT: it was not issued for this service."
        if self._clock.now() >= issued[1]:
            return "The token has expired."
        return None

    def forget_tokens(self) -> None:
        """No token that was issued so far is good any more."""
        self._issued.clear()

    # For the app

    def token(self, tenant: str, form: Mapping[str, str]) -> Json:
        """A token for the app's credentials. Raises Refused, as Entra would."""
        if tenant != self.tenant_id:
            raise Refused(400, "invalid_request", f"AADSTS90002: Tenant '{tenant}' not found.")
        if form.get("grant_type") != "client_credentials":
            raise Refused(400, "unsupported_grant_type", "AADSTS70003: This grant type is not supported.")
        if form.get("client_id") != self.client_id:
            raise Refused(400, "unauthorized_client", "AADSTS700016: The application was not found.")
        if not secrets.compare_digest(form.get("client_secret", "").encode(), self._secret.encode()):
            raise Refused(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
        scope = next((one for one in form.get("scope", "").split() if one in (BOT_SCOPE, GRAPH_SCOPE)), "")
        if not scope:
            raise Refused(400, "invalid_scope", "AADSTS1002012: The provided value for scope is not valid.")
        now = self._clock.now()
        claims = {
            "aud": scope.removesuffix("/.default"),
            "iss": f"https://sts.windows.net/{tenant}/",
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + LIFE).timestamp()),
            "appid": self.client_id,
            "tid": tenant,
            "uti": secrets.token_urlsafe(16),
        }
        token = self.key.sign(claims)
        self._issued[token] = (scope, now + LIFE)
        seconds = int(LIFE.total_seconds()) - 1
        return {
            "token_type": "Bearer",
            "expires_in": seconds,
            "ext_expires_in": seconds,
            "access_token": token,
        }

    def document(self, path: str, host: str) -> Json | None:
        """What there is to read at this path. host: as the app calls the service; msal speaks to https alone."""
        if path == "/v1/.well-known/openidconfiguration":
            return {
                "issuer": ISSUER,
                "jwks_uri": f"{self.address}/v1/.well-known/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            }
        if path == "/v1/.well-known/keys":
            return {"keys": [self.key.public()]}
        if path == f"/{self.tenant_id}/v2.0/.well-known/openid-configuration":
            here = f"https://{host}/{self.tenant_id}"
            return {
                "issuer": f"{here}/v2.0",
                "authorization_endpoint": f"{here}/oauth2/v2.0/authorize",
                "token_endpoint": f"{here}/oauth2/v2.0/token",
            }
        return None


def _handler(login: Login) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = login.document(urlsplit(self.path).path, self.headers.get("Host", ""))
            self._answer(200 if found else 404, found or {"error": "not_found"})

        def do_POST(self) -> None:
            parts = urlsplit(self.path).path.split("/")
            length = int(self.headers.get("Content-Length") or 0)
            form = dict(parse_qsl(self.rfile.read(length).decode(errors="replace")))
            if parts[2:] != ["oauth2", "v2.0", "token"]:
                self._answer(404, {"error": "not_found"})
                return
            try:
                self._answer(200, login.token(parts[1], form))
            except Refused as refused:
                self._answer(
                    refused.status,
                    {"error": refused.error, "error_description": str(refused), "error_codes": []},
                )

        def _answer(self, status: int, body: Json) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    return Handler
