"""A tiny bolt app: a box of tools that people can ask for. It knows nothing of this project."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.middleware.request_verification.async_request_verification import AsyncRequestVerification
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.web.async_client import AsyncWebClient

from procedures.clock import Clock
from tests.playground import samples

TOKEN, SECRET = "xoxb-demo-tiny", "demo-signing-secret"


class _WorkspaceClock(SignatureClock):
    """Lets bolt judge a timestamp by the workspace's time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


def plain(text: str) -> dict[str, Any]:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def marked(text: str) -> dict[str, Any]:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def button(action_id: str, text: str, value: str, **more: Any) -> dict[str, Any]:
    """A button."""
    return {"type": "button", "action_id": action_id, "text": plain(text), "value": value, **more}


def field(block_id: str, label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An input block whose element has the action_id "value"."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": "value", **element},
        **more,
    }


def option(value: str, text: str, **more: Any) -> dict[str, Any]:
    """An option of a menu."""
    return {"text": plain(text), "value": value, **more}


SIZES = [option("small", "Small"), option("large", "Large")]


def form(note: str = "", *, more: bool = False) -> dict[str, Any]:
    """The form that asks for a tool."""
    blocks: list[dict[str, Any]] = [
        {
            "type": "section",
            "block_id": "intro",
            "text": marked(note or "Ask for a *tool*."),
        },
        field("tool", "Which tool?", {"type": "plain_text_input", "min_length": 3, "max_length": 40}),
        field(
            "size",
            "Size",
            {"type": "static_select", "options": SIZES, "placeholder": plain("Choose a size")},
            dispatch_action=True,
        ),
        field("when", "Needed on", {"type": "datepicker"}, optional=True),
        field(
            "why",
            "Why",
            {"type": "plain_text_input", "multiline": True, "max_length": 200},
            optional=True,
            hint=plain("One line is enough."),
        ),
    ]
    if more:
        blocks.append(
            field("reach", "How far must it reach?", {"type": "number_input", "is_decimal_allowed": False})
        )
    return {
        "type": "modal",
        "callback_id": "ask",
        "private_metadata": "kept",
        "title": plain("Ask for a tool"),
        "submit": plain("Send"),
        "close": plain("Cancel"),
        "notify_on_close": True,
        "blocks": blocks,
    }


def card(tool: str, state: str) -> list[dict[str, Any]]:
    """The message about one tool."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": plain(f"Wanted: {tool}")},
        {"type": "section", "text": marked(state)},
    ]
    if state == "Waiting":
        blocks.append(
            {
                "type": "actions",
                "block_id": "answers",
                "elements": [button("lend", "Lend", tool, style="primary"), button("more", "Ask more", tool)],
            }
        )
    return blocks


ACCESSORIES = ("overflow", "static_select", "users_select", "datepicker", "radio_buttons", "image")


def unfocused(kind: str) -> dict[str, Any]:
    """A good element that does not ask for the focus, which only one may."""
    return samples.without(samples.GOOD_ELEMENTS[kind], "focus_on_load")


def everything() -> list[dict[str, Any]]:
    """A message with one block of each kind, and each element that may stand in it."""
    blocks = [
        block | {"block_id": f"b-{kind}"} for kind, block in samples.GOOD_BLOCKS.items() if kind != "input"
    ]
    sections = [
        {
            "type": "section",
            "block_id": f"s-{kind}",
            "text": marked(f"Its *{kind}*"),
            "accessory": unfocused(kind),
        }
        for kind in ACCESSORIES
    ]
    marks = (
        "A *bold* _slanted_ ~gone~ `code` word, <https://example.org/|link>, <@U0BEN>, &lt;b&gt; &amp; on.\n"
    )
    day = "<!date^1795428240^{date_long} at {time}|a day>"
    long = marks + f"• first\n• second\nDue {day}\n> quoted\n```as  it  is```"
    return [*blocks, {"type": "section", "text": marked(long)}, *sections]


def every_input() -> dict[str, Any]:
    """A modal with every kind of input."""
    kinds = [kind for kind in samples.GOOD_ELEMENTS if kind not in ("button", "overflow", "image")]
    blocks = [field(kind, kind.replace("_", " "), unfocused(kind), optional=True) for kind in kinds]
    title, submit = plain("Everything"), plain("Send")
    return {"type": "modal", "callback_id": "all", "title": title, "submit": submit, "blocks": blocks}


class Tiny:
    """The app, and what it has heard: seen is the list of (kind, body). "slow" waits for `release`."""

    def __init__(self, api: str, clock: Clock) -> None:
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self.headers: list[dict[str, Any]] = []
        self.release = threading.Event()
        client = AsyncWebClient(token=TOKEN, base_url=f"{api}/api/", proxy="", timeout=5)
        self.app = AsyncApp(client=client, request_verification_enabled=False, process_before_response=True)
        verification = AsyncRequestVerification(SECRET)
        verification.verifier.clock = _WorkspaceClock(clock)
        self.app.middleware(verification)
        self.app.middleware(self._note)
        self.app.command("/tool")(self._command)
        self.app.action("lend")(self._lend)
        self.app.action("more")(self._ask_more)
        self.app.action("value")(self._chosen)
        self.app.view("ask")(self._asked)
        self.app.action("act")(self._ignored)
        self.app.view("all")(self._ignored)
        self.app.view("further")(self._further)
        self.app.view_closed("ask")(self._ignored)
        self.app.view_closed("further")(self._ignored)
        self.app.event("app_home_opened")(self._home)
        self.asgi = AsyncSlackRequestHandler(self.app, path="/slack/events")

    async def _note(self, body: dict[str, Any], req: Any, next: Any) -> None:  # noqa: A002 -- bolt's own name
        self.seen.append((str(body.get("type") or body.get("command")), body))
        self.headers.append(dict(req.headers))
        await next()

    async def _command(self, ack: Any, body: dict[str, Any], client: Any, respond: Any) -> None:
        match body["text"]:
            case "ask":
                await ack()
                await client.views_open(trigger_id=body["trigger_id"], view=form())
            case "everything":
                await ack()
                await client.chat_postMessage(channel=body["user_id"], text="Everything", blocks=everything())
                await client.views_open(trigger_id=body["trigger_id"], view=every_input())
            case "public":
                await ack({"response_type": "in_channel", "text": "For everyone"})
            case "later":
                await ack()
                await respond("In a moment")
            case "slow":
                await asyncio.to_thread(self.release.wait, 10)
                await ack("Too late")
            case "wrong":
                await ack({"blocks": [{"type": "header", "text": plain("x" * 151)}]})
            case _:
                await ack(f"You said {body['text']!r}.")

    async def _chosen(self, ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        large = body["actions"][0].get("selected_option", {}).get("value") == "large"
        view = body["view"]
        await client.views_update(view_id=view["id"], hash=view["hash"], view=form(more=large))

    async def _asked(self, ack: Any, body: dict[str, Any], client: Any) -> None:
        tool = body["view"]["state"]["values"]["tool"]["value"]["value"]
        if tool == "hammer":
            await ack(response_action="errors", errors={"tool": "All hammers are out."})
        elif tool == "other":
            await ack(response_action="update", view=form("Say *more*."))
        elif tool == "pushed":
            view = form() | {"callback_id": "further", "title": plain("And further")}
            await ack(response_action="push", view=view)
        else:
            await ack()
            user, blocks = body["user"]["id"], card(tool, "Waiting")
            await client.chat_postMessage(channel=user, text=f"Wanted: {tool}", blocks=blocks)

    async def _ignored(self, ack: Any) -> None:
        await ack()

    async def _further(self, ack: Any) -> None:
        await ack(response_action="clear")

    async def _lend(self, ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        tool, container = body["actions"][0]["value"], body["container"]
        await client.chat_update(
            channel=container["channel_id"],
            ts=container["message_ts"],
            text="Lent",
            blocks=card(tool, f"Lent by <@{body['user']['id']}>"),
        )

    async def _ask_more(self, ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="What for?", response_type="ephemeral", replace_original=False)

    async def _home(self, event: dict[str, Any], client: Any) -> None:
        blocks = [
            {"type": "header", "text": plain("Your tools")},
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": f"Hello <@{event['user']}>. Nothing is *due*."},
            },
        ]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})
