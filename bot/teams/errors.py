"""What can go wrong between us and Teams, in the terms in which the bot decides what to do next.

None of these carries the text of a message: they may be logged, stored and shown. Source:
learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages (403 and 404),
…/platform/bots/how-to/rate-limit (429, and 412, 502 and 504 to be tried again) and …/error-handling of the Bot Connector.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import structlog

from bot.sending import CannotDeliver, NotConnected, SendingProblem, TryLater, seconds_asked

_log = structlog.get_logger()
_T = TypeVar("_T")

CODE = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
TIMEOUT = 10.0
"""Seconds for one attempt in all; three of them end within the share of a lease that delivery allows."""
PATIENT = 5.0
"""Seconds that are waited for here; a longer wait is the outbox's."""
ATTEMPTS = 3
NOT_TAKEN = frozenset({412, 429})
"""Answers after which nothing has been done, so that it may be tried again at once."""
PERHAPS_TAKEN = frozenset({500, 502, 503, 504})
NOT_AN_ANSWER = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
"""What the SDK trips with over an answer that is not the JSON it should be, as proxies in trouble give."""

NOT_INSTALLED = (
    "This person does not have the app in Teams, or has blocked it. Install it for everybody under Setup policies in the Teams admin centre, "
    "or ask the person to add it."
)
UNDELIVERABLE = {
    400: "Teams refused the message. Please tell whoever looks after the bot.",
    403: NOT_INSTALLED,
    404: "The chat with this person is no longer there in Teams. Ask the person to write to challenge-bot once.",
    413: "The message is larger than Teams takes. Please tell whoever looks after the bot.",
}
UNKNOWN_PERSON = "UserNotInTenant"
KNOWN = {
    "BotNotInConversationRoster": NOT_INSTALLED,
    "BotDisabledByAdmin": "An administrator has blocked the app in Teams. Allow it under Manage apps in the Teams admin centre.",
    "ConversationBlockedByUser": "This person has blocked the app in Teams. Ask them to allow it again.",
    UNKNOWN_PERSON: "Teams knows nobody with this person's teams_user_id in your tenant. Correct it in people.csv.",
    "BadSyntax": "Teams knows nobody with this person's teams_user_id. Correct it in people.csv: it is the object id in Microsoft Entra.",
    "MessageSizeTooBig": UNDELIVERABLE[413],
}
"""By Teams' own word, where it says more than the number."""


class Refused(SendingProblem):
    """Teams refused the request for a reason that only the caller can judge. status: HTTP's number, code: Teams' word for it."""

    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code
        super().__init__(f"Teams refused the request: {status} {code}.")


async def answered(
    call: Callable[[], Awaitable[_T]],
    *,
    sends: bool = False,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> _T:
    """The answer to one call, tried again after a moment where that can do no harm; or one of the exceptions above.

    sends: it posts something, so that an answer which went missing leaves it open whether it was posted; then it is not tried again here.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with asyncio.timeout(TIMEOUT):
                return await call()
        except SendingProblem:
            raise
        except httpx.HTTPStatusError as error:
            problem, again = _judged(error.response, sends=sends)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            problem, again = TryLater(), 0.0
        except (httpx.HTTPError, httpx.InvalidURL, OSError, *NOT_AN_ANSWER):
            problem, again = TryLater(maybe_sent=sends), -1.0
        if attempt == ATTEMPTS or not 0 <= again <= PATIENT:
            break
        await sleep(max(again, 0.25 * 2**attempt) * random.uniform(1.0, 1.5))  # noqa: S311  no secret depends on it
    # Raised out here, so that httpx's exception, which knows the address and the answer, does not travel along as its context.
    raise problem


def undeliverable(refusal: Refused) -> CannotDeliver:
    """Why a message cannot be delivered."""
    reason = KNOWN.get(refusal.code) or UNDELIVERABLE.get(
        refusal.status,
        f"Teams refused the message ({refusal.status} {refusal.code}). Please tell whoever looks after the bot.",
    )
    return CannotDeliver(reason, refusal.code or str(refusal.status))


def _judged(response: httpx.Response, *, sends: bool) -> tuple[SendingProblem, float]:
    """What went wrong, and after how many seconds it may be tried again here; less than none for not at all."""
    status = response.status_code
    if status in NOT_TAKEN:
        wait = seconds_asked(response.headers.get("Retry-After"))
        return TryLater(wait), wait or 0.0
    if status in PERHAPS_TAKEN or status >= 500:
        return TryLater(maybe_sent=sends), -1.0 if sends else 0.0
    if status == 401:
        return NotConnected(
            "Teams does not accept the bot's token. Compare CHALLENGE_TEAMS_CLIENT_ID and CHALLENGE_TEAMS_TENANT_ID with the Azure Bot resource."
        ), -1.0
    return Refused(status, _word(response)), -1.0


def _word(response: httpx.Response) -> str:
    try:
        found: Any = response.json()
    except (ValueError, RecursionError, httpx.ResponseNotRead):
        return ""  # the last one: of a file, which is read piece by piece
    error = found.get("error") if isinstance(found, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) and CODE.fullmatch(code) else ""
