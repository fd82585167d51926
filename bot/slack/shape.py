"""Whether a request has the shape that Slack's have, so far as the bot and its libraries rely on it.

Looked at once, in front of all handlers: what is signed and yet of another shape is answered with 400 instead of a fault.
Source: docs.slack.dev/reference/interaction-payloads, docs.slack.dev/apis/events-api.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.response import BoltResponse

_log = structlog.get_logger()

_TEXTS = (
    "type",
    "command",
    "callback_id",
    "action_id",
    "block_id",
    "trigger_id",
    "user_id",
    "team_id",
    "response_url",
)
_IN_VIEW = ("type", "id", "callback_id", "private_metadata", "hash")
_IN_ACTION = ("type", "action_id", "block_id", "action_ts")
_IN_EVENT = ("type", "user", "tab")


async def shaped(body: Mapping[str, Any], next_: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
    """Bolt's middleware: what is shaped as Slack shapes it goes on to its handler."""
    if is_shaped(body):
        return await next_()
    return unreadable()


def unreadable() -> BoltResponse:
    """The answer to what has another shape, with a line in the log that says nothing of it."""
    _log.warning("slack_request_misshapen")
    return BoltResponse(status=400, body="This request cannot be read.")


def is_shaped(body: Mapping[str, Any]) -> bool:
    """Whether everything that is relied on is of its type, where it is there at all."""
    view, actions, event = body.get("view"), body.get("actions"), body.get("event")
    return (
        _texts(body, _TEXTS)
        and all(isinstance(body.get(name), Mapping | None) for name in ("user", "channel", "enterprise"))
        and (view is None or _is_view(view))
        and (actions is None or _are_actions(actions))
        and (event is None or (isinstance(event, Mapping) and _texts(event, _IN_EVENT)))
        and (body.get("type") not in ("view_submission", "view_closed") or view is not None)
        and (body.get("type") != "block_actions" or actions is not None)
    )


def _texts(found: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return all(isinstance(found.get(name), str | None) for name in names)


def _is_view(view: Any) -> bool:
    if not isinstance(view, Mapping) or not _texts(view, _IN_VIEW) or not view.get("id"):
        return False
    state = view.get("state")
    values = state.get("values") if isinstance(state, Mapping) else state
    blocks = view.get("blocks")
    return (
        isinstance(state, Mapping | None)
        and (
            values is None
            or (isinstance(values, Mapping) and all(_is_block(each) for each in values.values()))
        )
        and (
            blocks is None or (isinstance(blocks, list) and all(isinstance(each, Mapping) for each in blocks))
        )
    )


def _is_block(block: Any) -> bool:
    return isinstance(block, Mapping) and all(isinstance(each, Mapping) for each in block.values())


def _are_actions(actions: Any) -> bool:
    return (
        isinstance(actions, list)
        and bool(actions)
        and all(
            isinstance(each, Mapping) and _texts(each, _IN_ACTION) and "action_id" in each for each in actions
        )
    )
