"""The body of a request to /slack/events, read once: a payload of JSON in a form, a form of a slash command, or JSON.

Source: docs.slack.dev/interactivity/handling-user-interaction, docs.slack.dev/interactivity/implementing-slash-commands,
docs.slack.dev/apis/events-api; application/x-www-form-urlencoded as in the URL Standard, section 5.1.
"""

from __future__ import annotations

import json
from binascii import a2b_qp
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

_PAYLOAD = b"payload="


def read(body: bytes) -> dict[str, Any]:
    """What the body says. Raises ValueError where it cannot be read, and where it is JSON of anything but an object."""
    if body.startswith(b"{"):
        found = json.loads(body.decode())
    elif body.startswith(_PAYLOAD):
        found = json.loads(_decoded(body[len(_PAYLOAD) :].partition(b"&")[0]).decode(errors="replace"))
    else:
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
        found = json.loads(fields["payload"]) if "payload" in fields else fields
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _decoded(value: bytes) -> bytes:
    """One value of a form, without its percent signs.

    Every click has thousands of characters of it. The decoder of quoted-printable does the same in C, with another sign: 3 µs instead of
    50. Each well-formed sign makes the value two bytes shorter; what is not well-formed is left to the usual decoder.
    """
    spaced = value.replace(b"+", b" ")
    decoded = a2b_qp(spaced.replace(b"%", b"="))
    if (
        len(value) - len(decoded) != 2 * value.count(b"%")
        or b"=" in value
        or b"\n" in value
        or b"\r" in value
    ):
        return unquote_to_bytes(spaced)
    return decoded
