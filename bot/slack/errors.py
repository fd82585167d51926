"""What can go wrong between us and Slack, in the terms in which the bot decides what to do next.

None of these carries the text of a message: they may be logged, stored and shown. Error codes: the pages of the methods
under docs.slack.dev/reference/methods.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.sending import CannotDeliver, NotConnected, SendingProblem, TryLater, seconds_asked


class Refused(SendingProblem):
    """Slack refused the request for a reason that only the caller can judge. code: Slack's word for it."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"Slack refused the request: {code}.")


CODE = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
"""What Slack's words for a refusal look like."""
LATER = frozenset(
    {"ratelimited", "rate_limited", "service_unavailable", "request_timeout", "team_added_to_org"}
)
LATER_MAYBE_SENT = frozenset({"internal_error", "fatal_error"})
MISSING_SCOPE = "missing_scope"
TOKEN = frozenset(
    {
        "account_inactive",
        "access_denied",
        "app_access_restricted",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
UNDELIVERABLE = {
    "user_not_found": "Slack knows no such person. Correct slack_user_id or the e-mail address in people.csv.",
    "users_not_found": "Slack knows no such person. Correct slack_user_id or the e-mail address in people.csv.",
    "user_not_visible": "Slack does not let the app see this person. Ask whoever administers the workspace.",
    "user_disabled": "This person's Slack account is switched off. Name somebody else in people.csv.",
    "invalid_user_combination": "Slack allows no direct messages with this person.",
    "cannot_dm_bot": "This is the account of an app, not of a person. Correct slack_user_id in people.csv.",
    "channel_not_found": "The direct messages with this person cannot be found in Slack.",
    "is_archived": "The conversation with this person is archived in Slack.",
    "not_in_channel": "The app is not a member of this conversation in Slack.",
    "messages_tab_disabled": "The app's Messages tab is switched off in Slack. Switch it on under App Home.",
    "file_uploads_disabled": "This Slack workspace takes no files. Ask whoever administers it to allow them.",
    "file_uploads_except_images_disabled": "This Slack workspace takes no files but pictures. Ask whoever administers it.",
    "file_type_not_allowed": "This Slack workspace takes no Word files. Ask whoever administers it to allow them.",
    "blocked_file_type": "This Slack workspace takes no Word files. Ask whoever administers it to allow them.",
    "file_upload_size_restricted": "The file is larger than this Slack workspace takes.",
    "posting_to_channel_denied": "Slack does not let the app write to this person. Ask whoever administers the workspace.",
    "restricted_action": "A preference of the workspace forbids the app to post. Ask whoever administers it.",
}


async def answered(call: Awaitable[AsyncSlackResponse], *, sends: bool = False) -> Mapping[str, Any]:
    """The answer to one call of the Web API, or one of the exceptions above.

    sends: the call posts something, so that an answer which went missing leaves it open whether it was posted.
    """
    try:
        response = await call
        if isinstance(response.data, dict):
            return response.data
        problem: SendingProblem = TryLater(maybe_sent=sends)  # bytes, as a proxy in trouble may give
    except SlackApiError as error:
        problem = _judged(error.response, sends=sends)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        problem = TryLater()
    except (aiohttp.ClientError, TimeoutError, OSError, AttributeError, TypeError, ValueError):
        # The last three: the SDK trips over an answer that is not the JSON it should be, as proxies in trouble give.
        problem = TryLater(maybe_sent=sends)
    # Raised out here, so that Slack's exception, which quotes the whole answer, does not travel along as its context.
    raise problem


def undeliverable(code: str) -> CannotDeliver:
    """Why a message cannot be delivered, from Slack's word for it."""
    reason = UNDELIVERABLE.get(
        code, f"Slack refused the message ({code}). Please tell whoever looks after the bot."
    )
    return CannotDeliver(reason, code)


def _judged(response: Any, *, sends: bool) -> SendingProblem:
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    code = (
        code if CODE.fullmatch(code) else ""
    )  # it is told to people: whatever is no word of Slack's is none
    if status == 429 or code in LATER:
        return TryLater(seconds_asked(dict(response.headers).get("Retry-After")))
    if status >= 500 or code in LATER_MAYBE_SENT or not code:
        return TryLater(maybe_sent=sends)
    if code == MISSING_SCOPE:
        return NotConnected(
            "The app lacks a permission in Slack. Compare its scopes with manifest.yaml and install it again."
        )
    if code in TOKEN:
        return NotConnected(
            f"Slack does not accept the bot's token ({code}). Set CHALLENGE_SLACK_BOT_TOKEN to the Bot User OAuth Token "
            "that the app's page shows under OAuth & Permissions."
        )
    return Refused(code)


def text_in(answer: Any, *path: str, maybe_sent: bool = False) -> str:
    """The text at this place of an answer. Raises TryLater where the answer has another shape than Slack's have."""
    for name in path:
        answer = answer.get(name) if isinstance(answer, Mapping) else None
    if not isinstance(answer, str) or not answer:
        raise TryLater(maybe_sent=maybe_sent)
    return answer


def next_cursor(page: Mapping[str, Any]) -> str | None:
    """Where the next page begins (docs.slack.dev/apis/web-api/pagination); None after the last."""
    more = page.get("response_metadata")
    cursor = more.get("next_cursor") if isinstance(more, Mapping) else None
    return cursor if isinstance(cursor, str) and cursor else None
