"""Puts answers where the person is looking: a word beneath the message, a form over it, the home page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.answering import notice
from bot.sending import SendingProblem
from bot.slack import render
from bot.slack.errors import Refused, answered
from bot.words import Json
from commands.vocabulary import Card, Form, Paragraph

_log = structlog.get_logger()

TOO_LATE = "The form could not be opened in the three seconds that Slack allows. Nothing was changed. Please try again."
NOT_OPENED = "Slack did not open the form. Nothing was changed. Please try again in a moment."
TRIGGER_SPENT = frozenset(
    {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_exchanged"}
)

NOT_HERE = "This is not shown in a channel, which others may share. Open the direct messages with challenge-bot and ask there."
SHARED = ("is_ext_shared_channel", "is_ext_shared", "is_pending_ext_shared")

VIEW_CLOSED = frozenset({"not_found", "view_not_found"})
REMEMBERED = 1000


@dataclass(frozen=True)
class Place:
    """Where a request came from, and the means to answer there. Ids only; absent ones are empty."""

    user: str
    trigger: str = ""
    response_url: str = ""
    channel: str = ""
    view: Mapping[str, Any] | None = None
    shared: bool = False
    """Slack says that the channel is shared with another organisation."""

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Place:
        """From a slash command's or an interaction's payload."""
        user, channel = body.get("user"), body.get("channel")
        return cls(
            user=str(body.get("user_id") or (user or {}).get("id", "")),
            trigger=str(body.get("trigger_id") or ""),
            response_url=str(body.get("response_url") or ""),
            channel=str(body.get("channel_id") or (channel or {}).get("id", "")),
            view=body.get("view"),
            shared=_is_shared(body) or (isinstance(channel, Mapping) and _is_shared(channel)),
        )

    @property
    def view_id(self) -> str:
        """The id of the view in which the request was made."""
        return str((self.view or {}).get("id", ""))

    @property
    def view_hash(self) -> str:
        """Slack's mark of the state in which that view was; it changes with each update of the view."""
        return str((self.view or {}).get("hash") or "")

    @property
    def in_channel(self) -> bool:
        """Whether the request was made in a channel, and not in direct messages or a window."""
        return bool(self.channel) and not self.channel.startswith("D")

    @property
    def on_home(self) -> bool:
        """Whether the request came from the person's home page."""
        return self.view is not None and self.view.get("type") == "home"

    @property
    def on_modal(self) -> bool:
        """Whether the request came from a modal."""
        return self.view is not None and self.view.get("type") == "modal"


def _is_shared(found: Mapping[str, Any]) -> bool:
    return any(found.get(name) in (True, "true") for name in SHARED)


class Screen:
    """What people see. Raises the exceptions of bot.slack.errors where a problem cannot be told to the person."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._redrawn: dict[str, str] = {}

    async def say(self, place: Place, card: Card) -> None:
        """Whisper a card, or open it as a window where it is longer than a message may be.

        In a channel it is always a window, which belongs to the person and not to the channel; where Slack says that the channel is
        shared with another organisation, or no window can be opened, it is a word that says where to look.
        """
        if place.in_channel:
            if place.shared or await self.open(place, card):
                await self.whisper(place, notice(NOT_HERE))
            return
        if render.fits_message(card) or await self.open(place, card):
            await self.whisper(place, card)

    async def whisper(self, place: Place, card: Card) -> None:
        """Say something to the person alone, beneath what they used."""
        payload = render.message(card)
        if place.response_url and await self._by_response_url(place.response_url, payload):
            return
        if place.channel:
            await answered(
                self._client.chat_postEphemeral(channel=place.channel, user=place.user, **payload), sends=True
            )

    async def open(self, place: Place, shown: Form | Card) -> str:
        """Open a window over a message or the home page. Returns "", or a sentence where it could not be opened."""
        try:
            await answered(self._client.views_open(trigger_id=place.trigger, view=render.modal(shown)))
        except SendingProblem as problem:
            return _not_opened(problem)
        return ""

    async def push(self, place: Place, shown: Form | Card) -> str:
        """Lay a window over the open form, which stays as it is. Returns "", or a sentence as `open` does.

        Slack holds three windows at most: a fourth takes the third one's place.
        """
        try:
            await answered(self._client.views_push(trigger_id=place.trigger, view=render.modal(shown)))
        except SendingProblem as problem:
            if not isinstance(problem, Refused) or problem.code != "push_limit_reached":
                return _not_opened(problem)
            await self.replace(place, shown)
        return ""

    async def replace(self, place: Place, shown: Form | Card) -> None:
        """Put something else in the open modal. Inputs that keep their name keep what was typed."""
        self._redrawn.pop(place.view_id, None)
        # Whatever changed the form meanwhile, what the person asked for last comes first.
        if await self._update(place, shown, place.view_hash) is None:
            await self._update(place, shown, "")

    async def redraw(self, place: Place, form: Form) -> None:
        """Redraw the open form, unless anything but our own redrawing has changed it since the request was made."""
        now = await self._update(place, form, place.view_hash)
        if now is None and (ours := self._redrawn.get(place.view_id)):
            now = await self._update(place, form, ours)
        if now:
            if len(self._redrawn) >= REMEMBERED:
                self._redrawn.clear()
            self._redrawn[place.view_id] = now

    async def publish(self, user: str, card: Card, sentence: str = "") -> None:
        """Show the person's home page, with a sentence on top where something must be said there."""
        if sentence:
            card = replace(card, parts=(Paragraph(sentence, strong=True), *card.parts))
        await answered(self._client.views_publish(user_id=user, view=render.home(card)))

    async def _update(self, place: Place, shown: Form | Card, view_hash: str) -> str | None:
        """The view's new hash, "" where it was closed meanwhile; None where it has changed since `view_hash`."""
        try:
            answer = await answered(
                self._client.views_update(
                    view_id=place.view_id, hash=view_hash or None, view=render.modal(shown)
                )
            )
        except Refused as refusal:
            if refusal.code == "hash_conflict":
                return None
            if refusal.code not in VIEW_CLOSED:
                raise
            return ""
        return str(answer.get("view", {}).get("hash", ""))

    async def _by_response_url(self, url: str, payload: Json) -> bool:
        """Good for 30 minutes and five uses (docs.slack.dev/interactivity/handling-user-interaction)."""
        client = self._client
        webhook = AsyncWebhookClient(
            url,
            timeout=int(client.timeout),
            ssl=client.ssl,
            proxy=client.proxy,
            session=client.session,
            logger=client.logger,
            retry_handlers=[],
        )
        try:
            answer = await webhook.send_dict(
                payload | {"response_type": "ephemeral", "replace_original": False}
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            _log.warning("slack_response_url_failed", error=type(error).__name__)
            return False
        if answer.status_code != 200:
            _log.warning("slack_response_url_refused", status=answer.status_code)
        return answer.status_code == 200


def _not_opened(problem: SendingProblem) -> str:
    code = problem.code if isinstance(problem, Refused) else type(problem).__name__
    _log.warning("slack_window_not_opened", error=code)
    return TOO_LATE if code in TRIGGER_SPENT else NOT_OPENED
