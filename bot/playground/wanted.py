"""What a request of the page asks for, looked at before anything is done."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from bot.playground.errors import PageError


class Wanted:
    """The body of a page's request. Raises PageError for what is missing or of the wrong kind."""

    def __init__(self, body: Mapping[str, Any], users: Container[str]) -> None:
        self._body, self._users = body, users

    def text(self, name: str, default: str | None = None) -> str:
        """A text, at most 10,000 characters."""
        value = self._body.get(name, default)
        if not isinstance(value, str) or len(value) > 10_000:
            raise PageError(f"{name!r} is missing or is not a text of up to 10,000 characters.")
        return value

    def any(self, name: str) -> Any:
        """Whatever was given, or None."""
        return self._body.get(name)

    def flag(self, name: str) -> bool:
        """True only for true."""
        return self._body.get(name) is True

    def user(self) -> str:
        """A persona's user id."""
        user = self.text("user")
        if user not in self._users:
            raise PageError(f"There is nobody with the user id {user!r} here.", 404)
        return user

    def entries(self, name: str) -> dict[str, dict[str, Any]]:
        """block_id → action_id → value; empty when absent."""
        found = self._body.get(name) or {}
        if not isinstance(found, dict) or not all(isinstance(inner, dict) for inner in found.values()):
            raise PageError(f"{name!r} must be an object of objects: block_id, action_id, value.")
        return found
