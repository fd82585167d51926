"""The arguments of one Web API call, however they were sent: JSON, a form, or the query."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.playground.errors import MethodError
from bot.playground.state import Json

_PARSED = {"blocks", "view", "metadata", "attachments", "files"}


class Arguments:
    """Named arguments; in forms, what is structured arrives as JSON text."""

    def __init__(self, given: Json) -> None:
        self._given = given

    def __contains__(self, name: str) -> bool:
        return self._given.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """The argument as text."""
        value = self._given.get(name)
        return default if value is None else str(value)

    def needed(self, name: str) -> str:
        """The argument as text. Raises MethodError invalid_arguments when it is missing or empty."""
        value = self.text(name)
        if not value:
            raise MethodError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str) -> bool:
        """The argument as yes or no; absent is no."""
        return self.text(name).lower() in {"true", "1"}

    def number(self, name: str, default: int, most: int) -> int:
        """The argument as a whole number from 1 to `most`. Raises MethodError invalid_limit."""
        value = self.text(name, str(default))
        if not value.isdecimal() or not 1 <= int(value) <= most:
            raise MethodError(f"invalid_{name}")
        return int(value)

    def structure(self, name: str, otherwise: str) -> Any:
        """A structured argument, or None. Raises MethodError `otherwise` when it is text that is not JSON."""
        value = self._given.get(name)
        if isinstance(value, str) and name in _PARSED:
            try:
                return json.loads(value)
            except ValueError as error:
                raise MethodError(otherwise) from error
        return value


async def read(request: Request) -> Arguments:
    """The arguments of a call: the query's, then the body's. Raises MethodError invalid_json or
    invalid_form_data."""
    given: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if request.method != "POST" or not await request.body():
        return Arguments(given)
    if kind == "application/json":
        try:
            body = await request.json()
        except ValueError as error:
            raise MethodError("invalid_json") from error
        if not isinstance(body, dict):
            raise MethodError("json_not_object")
        return Arguments(given | body)
    if kind == "application/x-www-form-urlencoded":
        return Arguments(given | dict(parse_qsl((await request.body()).decode(errors="replace"))))
    raise MethodError("invalid_form_data")
