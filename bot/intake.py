"""What a request may look like, and how fast one person may send them: both looked at in the raw body, before it is parsed.

The body is the chat platform's own (its signature was verified), yet it holds what people typed, and one person's script can send
a great many. Source: docs.slack.dev/interactivity/handling-user-interaction, docs.slack.dev/interactivity/implementing-slash-commands.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

MOST_FIELDS = 60
"""Fields of a form; a slash command has about fifteen."""
MOST_PIECES = 60_000
"""Objects, lists and values of a payload: a form with all the options that it can hold has about 20,000."""
DEEPEST = 64
"""Objects and lists within each other; Slack's own payloads have about twelve."""

FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"

_PIECES = (b",", b"%2C", b"{", b"%7B", b"[", b"%5B")
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"')
# In what somebody typed a quotation mark has a backslash before it, so that none of these can be found there.
_FORM_USER = re.compile(rb"(?:^|&)user_id=([UW][A-Z0-9]{2,30})(?:&|$)")
_PAYLOAD_USER = re.compile(rb"%22user%22%3A\+?%7B\+?%22id%22%3A\+?%22([UW][A-Z0-9]{2,30})%22")
_EVENT_USER = re.compile(rb'"user": ?"([UW][A-Z0-9]{2,30})"')
_SUBMISSION = re.compile(rb"%22type%22%3A\+?%22view_submission%22")


def fault(content_type: bytes, content_encoding: bytes, body: bytes) -> str:
    """The word for what is wrong with a request, or "" when nothing is: encoding, type, fields, pieces, nesting."""
    if content_encoding.strip().lower() not in (b"", b"identity"):
        return "encoded"
    kind = content_type.partition(b";")[0].strip().lower()
    if kind not in (FORM, JSON, b""):
        return "wrong_type"
    if kind == FORM and body.count(b"&") >= MOST_FIELDS:
        return "too_many_fields"
    if sum(map(body.count, _PIECES)) > MOST_PIECES:
        return "too_many_pieces"
    return "too_deep" if _is_deep(body) else ""


def user_of(body: bytes) -> str:
    """Who sent the request, as the platform says; "" where the body does not say it as usual."""
    if body.startswith(b"{"):
        pattern, mark = _EVENT_USER, b'"user"'
    elif body.startswith(b"payload="):
        pattern, mark = _PAYLOAD_USER, b"%22user%22"
    else:
        pattern, mark = _FORM_USER, b"user_id="
    place = body.find(mark)  # much faster than to let the pattern look for it
    found = None if place < 0 else pattern.search(body, max(0, place - 1))
    return "" if found is None else found.group(1).decode()


def is_form(body: bytes) -> bool:
    """Whether it is a form that was filled in, which must stay open when it is not taken."""
    return b"view_submission" in body and _SUBMISSION.search(body) is not None


def _is_deep(body: bytes) -> bool:
    """Brackets that somebody typed count at first; only where it seems too deep so are they told from the payload's own."""
    if b"%7b" in body or b"%5b" in body:
        return _too_deep(_STRINGS.sub(b"", unquote_to_bytes(body)))
    plain = body.replace(b"%7B", b"{").replace(b"%7D", b"}").replace(b"%5B", b"[").replace(b"%5D", b"]")
    return _too_deep(plain) and _too_deep(_STRINGS.sub(b"", unquote_to_bytes(body)))


def _too_deep(text: bytes) -> bool:
    """Take away the innermost pairs, as often as is allowed; what is left by then is too deep, or not closed."""
    rest = text.translate(None, _NO_BRACKET)
    for _ in range(DEEPEST):
        inner = rest.replace(b"{}", b"").replace(b"[]", b"")
        if len(inner) == len(rest):
            break
        rest = inner
    else:
        return bool(rest)
    return rest.count(b"{") + rest.count(b"[") > DEEPEST


class Pace:
    """Slows whoever sends more than people do, and nobody else: `burst` requests at once, then `rate` a second.

    Kept in this process, per user; whoever has been quiet is forgotten. now: seconds that only go on.
    """

    def __init__(
        self,
        burst: int = 300,
        rate: float = 20.0,
        now: Callable[[], float] = time.monotonic,
        most: int = 20_000,
    ) -> None:
        self._burst, self._rate, self._now, self._most = float(burst), rate, now, most
        self._left: dict[str, tuple[float, float, bool]] = {}

    def takes(self, user: str) -> str:
        """ "go", "tell" (too fast: say so, once) or "silence" (too fast, and told already)."""
        now = self._now()
        left, at, told = self._left.pop(user, (self._burst, now, False))
        left = min(self._burst, left + (now - at) * self._rate)
        told = told and left < self._burst / 2
        if left >= 1:
            self._left[user] = (left - 1, now, told)
            answer = "go"
        else:
            self._left[user] = (left, now, True)
            answer = "silence" if told else "tell"
        if len(self._left) > self._most:
            self._left.pop(next(iter(self._left)))  # whoever was heard of longest ago
        return answer
