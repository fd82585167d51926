"""What a setting accepts. A validator raises ValueError with the end of a sentence that begins with the setting's name."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, SecretStr

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def quoted(text: str) -> str:
    """The value, quoted, unless somebody may have put a secret into the wrong setting."""
    return (
        f'is "{text}"'
        if len(text) <= 20 and not text.startswith(("xox", "xapp"))
        else "is set to something else"
    )


def whole_number(what: str, least: int, most: int) -> Callable[[Any], int]:
    """Takes a whole number within these limits; `what` it is, for the sentence."""

    def check(value: Any) -> int:
        text = str(value).strip()
        if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
            raise ValueError(f"{quoted(text)}: {what} is a whole number from {least} to {most}.")
        return int(text)

    return check


def one_of(*words: str) -> Callable[[Any], str]:
    """Takes one of these words, however they are capitalised."""

    def check(value: Any) -> str:
        text = str(value).strip().lower()
        if text not in words:
            raise ValueError(f"{quoted(text)}: it is one of {', '.join(words[:-1])} or {words[-1]}.")
        return text

    return check


def yes_or_no(value: Any) -> bool:
    """Whether it is 1, true or yes, rather than 0, false or no."""
    text = str(value).strip().lower()
    if text not in ("1", "true", "yes", "0", "false", "no"):
        raise ValueError(f"{quoted(text)}: it is 1 or 0.")
    return text in ("1", "true", "yes")


def host_name(value: str) -> str:
    """The name or address of a host, IPv6 without its brackets."""
    name = value.strip().strip("[]")
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        # Four numbers with dots, yet no address: a slip, not a host's name.
        if re.fullmatch(r"(?!-)[A-Za-z0-9.-]{1,253}", name) and not re.fullmatch(r"[0-9.]+", name):
            return name
    raise ValueError(
        f"{quoted(name)}: it is an address of this machine, such as 127.0.0.1 for this machine alone or 0.0.0.0 for all networks."
    )


def web_address(value: str) -> str:
    """An https address with a slash at its end; http only within this machine, because the token goes there."""
    text = value.strip()
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or parts.query or parts.fragment or parts.username:
        raise ValueError("is not a web address. It looks like https://slack.com/api/.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must begin with https://, because the bot's token is sent there.")
    return text if text.endswith("/") else f"{text}/"


def stripped(value: Any) -> Any:
    """Without the spaces that come with copying."""
    return value.strip() if isinstance(value, str) else value


Secret = Annotated[SecretStr | None, BeforeValidator(stripped)]
"""Kept out of every message, representation and trace."""


class Part(BaseModel):
    """Some of the settings. Only Settings, which has all of them, is ever made; nothing is built for the parts, which every start would wait for."""

    model_config = ConfigDict(defer_build=True)
