"""Microsoft's side of Teams, on this machine: the keys with which it signs, its interface for bots, and whoever gives tokens.

Shapes: learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference, …-authentication.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.playground.serving import Served, address_of, free_socket, running

CLIENT = "11111111-2222-4333-8444-555555555555"
TENANT = "99999999-8888-4777-8666-555555555555"
ELSEWHERE = "99999999-8888-4777-8666-000000000000"
BOT_TOKEN = jwt.encode({"appid": CLIENT, "tid": TENANT}, "not checked by anybody, yet long enough for one")
"""What whoever gives tokens gives: the library insists that it can be read."""
ISSUER = "https://api.botframework.com"


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """A key to sign with; making one takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Call:
    """One call that Teams got."""

    method: str
    path: str
    body: Any
    authorization: str


@dataclass
class Microsoft:
    """Answers as Teams does, and remembers what it was asked. `answers`: the next ones, by the beginning of the path."""

    address: str = ""
    calls: list[Call] = field(default_factory=list)
    answers: list[tuple[str, int, Mapping[str, str], Any]] = field(default_factory=list)
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    number: int = 0

    @property
    def service(self) -> str:
        """Where Teams takes messages."""
        return f"{self.address}/teams"

    def token(self, **claims: Any) -> str:
        """A token as Teams puts into the header of a request; claims that are None are left out."""
        name = claims.pop("key", "ours")
        algorithm = claims.pop("algorithm", "RS256")
        now = int(time.time())
        usual = {
            "iss": ISSUER,
            "aud": CLIENT,
            "serviceurl": self.service,
            "nbf": now - 10,
            "iat": now - 10,
            "exp": now + 3600,
        }
        payload = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        return jwt.encode(
            payload,
            key(name) if algorithm == "RS256" else "",
            algorithm=algorithm,
            headers={"kid": "ours" if name == "another" else name},
        )

    def messages(self, conversation: str = "") -> list[Call]:
        """What was posted, in one conversation or in all."""
        return [
            call
            for call in self.calls
            if call.method == "POST" and call.path.endswith(f"{conversation}/activities")
        ]

    def app(self) -> Starlette:
        """All of it as one web application."""
        return Starlette(
            routes=[
                Route("/v1/.well-known/keys", self._keys),
                Route("/{tenant}/v2.0/.well-known/openid-configuration", self._addresses),
                Route("/{tenant}/oauth2/v2.0/token", self._token, methods=["POST"]),
                Route("/graph/v1.0/users/{mail}", self._user),
                Route("/files/{name}", self._file, methods=["GET", "PUT"]),
                Route("/teams/{rest:path}", self._teams, methods=["GET", "POST", "PUT", "DELETE"]),
            ]
        )

    def _keys(self, request: Request) -> Response:
        public = json.loads(RSAAlgorithm.to_jwk(key("ours").public_key()))
        return JSONResponse({"keys": [{**public, "kid": "ours", "use": "sig", "alg": "RS256"}]})

    def _addresses(self, request: Request) -> Response:
        tenant = f"https://{request.url.netloc}/{request.path_params['tenant']}"
        return JSONResponse(
            {
                "issuer": f"{tenant}/v2.0",
                "authorization_endpoint": f"{tenant}/oauth2/v2.0/authorize",
                "token_endpoint": f"{tenant}/oauth2/v2.0/token",
            }
        )

    async def _token(self, request: Request) -> Response:
        self.calls.append(Call("POST", request.url.path, (await request.body()).decode(), ""))
        return JSONResponse({"token_type": "Bearer", "access_token": BOT_TOKEN, "expires_in": 3600})

    def _user(self, request: Request) -> Response:
        known = self.users.get(request.path_params["mail"])
        self.calls.append(Call("GET", request.url.path, None, request.headers.get("authorization", "")))
        if (told := self._told(request.url.path)) is not None:
            return told
        return (
            JSONResponse({"error": {"code": "Request_ResourceNotFound"}}, 404)
            if known is None
            else JSONResponse(known)
        )

    async def _file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if request.method == "PUT":
            self.files[name] = await request.body()
            return JSONResponse({}, 201)
        return Response(self.files[name]) if name in self.files else Response(status_code=404)

    async def _teams(self, request: Request) -> Response:
        body = await request.body()
        path = request.url.path.removeprefix("/teams")
        call = Call(
            request.method, path, json.loads(body) if body else None, request.headers.get("authorization", "")
        )
        self.calls.append(call)
        if (told := self._told(path)) is not None:
            return told
        parts = path.split("/")
        if "members" in parts:
            known = self.members.get(parts[-1])
            if known is None:
                return JSONResponse({"error": {"code": "MemberNotFoundInConversation"}}, 404)
            return JSONResponse({"id": parts[-1], "tenantId": TENANT, "userRole": "user", **known})
        if path == "/v3/conversations":
            return JSONResponse({"id": f"a:{call.body['members'][0]['id']}"}, 201)
        self.number += 1
        return JSONResponse({"id": parts[-1] if request.method == "PUT" else f"m{self.number}"})

    def _told(self, path: str) -> Response | None:
        for number, (begins, status, headers, content) in enumerate(self.answers):
            if path.startswith(begins):
                del self.answers[number]
                return JSONResponse(content, status, dict(headers))
        return None


@contextmanager
def microsoft() -> Iterator[Microsoft]:
    """Served for as long as the block lasts."""
    place = free_socket()
    found = Microsoft(address_of(place))
    with running(Served(found.app(), place)):
        yield found
