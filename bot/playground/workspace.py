"""The workspace itself: who is in it, what has been said, which views are open, which permits are still
good."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.playground import values
from bot.playground.attachments import Attachment
from bot.playground.changes import Changes
from bot.playground.courier import Courier
from bot.playground.errors import MethodError, NotLoopbackError, PageError, RealCredentialsError
from bot.playground.faults import Faults
from bot.playground.people import Persona
from bot.playground.state import Channel, Json, Message, ResponseUrl, Trigger, Upload, View
from procedures.clock import Clock

TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_LIFE = timedelta(minutes=30)
RESPONSE_USES = 5
DEEPEST_STACK = 3
APP_ID, BOT_USER, BOT_ID = "A0DEMO0APP", "U0DEMO0BOT", "B0DEMO0BOT"


class Workspace:
    """A workspace in memory with one app installed. Not for more than one event loop.

    personas: at least one. request_url: where the app takes signed requests, on this computer. address:
    where this workspace itself is reached (scheme, host and port), used in response URLs and permalinks.
    bot_token: begins with "xoxb-demo-". channels: name → user ids of the members; the bot is in each.
    time_zone: IANA name.

    Raises RealCredentialsError and NotLoopbackError when it could touch a real workspace.
    """

    def __init__(
        self,
        *,
        personas: Sequence[Persona],
        clock: Clock,
        request_url: str,
        address: str,
        signing_secret: str,
        bot_token: str,
        team_name: str = "Demo workspace",
        bot_name: str = "Demo bot",
        channels: Mapping[str, Sequence[str]] | None = None,
        time_zone: str = "Europe/London",
    ) -> None:
        if not bot_token.startswith("xoxb-demo-"):
            raise RealCredentialsError
        self.request_url = _loopback("The address for signed requests", request_url)
        self.address = _loopback("The workspace's address", address).rstrip("/")
        self.personas = {persona.user_id: persona for persona in personas}
        self.clock, self.zone = clock, ZoneInfo(time_zone)
        self.bot_token, self.team_name, self.bot_name = bot_token, team_name, bot_name
        self.faults = Faults()
        self.changes = Changes()
        self.courier = Courier(self.request_url, signing_secret, clock)
        self.channels: dict[str, Channel] = {}
        self.homes: dict[str, View] = {}
        self.modals: dict[str, list[View]] = {user: [] for user in self.personas}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.uploads: dict[str, Upload] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.attachments: dict[str, Attachment] = {}
        self._last_ts = 0
        for number, (name, members) in enumerate((channels or {}).items(), 1):
            self._add_channel(Channel(f"C0DEMO{number:03}", name, frozenset(members), self.seconds()))
        for persona in personas:
            self._add_channel(
                Channel(
                    f"D{persona.user_id[1:]}",
                    bot_name,
                    frozenset([persona.user_id]),
                    self.seconds(),
                    persona.user_id,
                )
            )

    async def aclose(self) -> None:
        """End the open event streams and the connections to the app."""
        self.changes.close()
        await self.courier.aclose()

    # Time

    def now(self) -> datetime:
        """The workspace's time, aware, in UTC."""
        return self.clock.now()

    def seconds(self) -> int:
        """The workspace's time as whole seconds since 1970."""
        return int(self.now().timestamp())

    def next_ts(self) -> str:
        """A message timestamp, "seconds.microseconds": unique in the workspace and always rising."""
        micros = int(self.now().timestamp() * 1_000_000)
        self._last_ts = max(self._last_ts + 1, micros)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06}"

    # People and channels

    def persona(self, user: object) -> Persona:
        """The persona with this user id. Raises MethodError user_not_found."""
        if isinstance(user, str) and user in self.personas:
            return self.personas[user]
        raise MethodError("user_not_found")

    def _add_channel(self, channel: Channel) -> None:
        self.channels[channel.id] = channel

    def direct(self, user: str) -> Channel:
        """The direct messages between the bot and this person. Raises MethodError user_not_found."""
        return self.channels[f"D{self.persona(user).user_id[1:]}"]

    def channel(self, given: object) -> Channel:
        """The channel with this id or #name; a user id means that person's direct messages.

        Raises MethodError channel_not_found.
        """
        name = str(given or "")
        if name in self.channels:
            return self.channels[name]
        if name in self.personas:
            return self.direct(name)
        for channel in self.channels.values():
            if channel.person is None and name.removeprefix("#") == channel.name:
                return channel
        raise MethodError("channel_not_found")

    def channels_of(self, user: str) -> list[Channel]:
        """Every channel this person is in, the direct messages first."""
        mine = [channel for channel in self.channels.values() if user in channel.members]
        return sorted(mine, key=lambda channel: (channel.person is None, channel.name))

    def unread(self, channel: Channel, user: str) -> int:
        """How many messages of others this person has not read, threads' replies included."""
        since = channel.read.get(user, "")
        return sum(1 for message in channel.messages if message.ts > since and message.user != user)

    # Messages

    def add(self, message: Message) -> Message:
        """Put a message, or an ephemeral one, where it belongs."""
        channel = self.channels[message.channel]
        (channel.ephemerals if message.only_for else channel.messages).append(message)
        self.changes.tell()
        return message

    def tell(self, user: str, channel: str, text: str, *, failure: bool = False) -> Message:
        """Show one person a line of the workspace's own, as Slack's own helper does."""
        sender = "USLACKBOT" if failure else BOT_USER
        return self.add(Message(self.next_ts(), channel, sender, text, only_for=user, failure=failure))

    def message(self, channel: Channel, ts: object) -> Message:
        """A message that everybody in the channel sees. Raises MethodError message_not_found."""
        for message in channel.messages:
            if message.ts == ts:
                return message
        raise MethodError("message_not_found")

    def visible(self, user: str, ts: str) -> Message:
        """A message, ephemeral or not, that this person sees. Raises PageError when there is none."""
        for channel in self.channels_of(user):
            for message in channel.messages + channel.ephemerals:
                if message.ts == ts and message.only_for in (None, user):
                    return message
        raise PageError("That message is no longer there.", 404)

    def remove(self, message: Message) -> None:
        """Take a message away, for everybody."""
        channel = self.channels[message.channel]
        (channel.ephemerals if message.only_for else channel.messages).remove(message)
        self.changes.tell()

    # Permits

    def new_trigger(self, user: str, from_view: str | None = None) -> str:
        """A trigger_id for this person; from_view: the modal in which the button stood."""
        self._forget_old_permits()
        trigger = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self.triggers[trigger] = Trigger(user, self.now(), from_view)
        return trigger

    def _forget_old_permits(self) -> None:
        # Long after their life, so that a late use is still told "expired" rather than "invalid".
        now = self.now()
        self.triggers = {
            key: one for key, one in self.triggers.items() if now - one.issued < 20 * TRIGGER_LIFE
        }
        self.response_urls = {
            key: one for key, one in self.response_urls.items() if now - one.issued < 2 * RESPONSE_LIFE
        }

    def use_trigger(self, given: object) -> Trigger:
        """Spend a trigger_id. Raises MethodError invalid_, exchanged_ or expired_trigger_id."""
        trigger = self.triggers.get(str(given))
        if trigger is None:
            raise MethodError("invalid_trigger_id")
        if trigger.used:
            raise MethodError("exchanged_trigger_id")
        if self.now() - trigger.issued > TRIGGER_LIFE:
            raise MethodError("expired_trigger_id")
        trigger.used = True
        return trigger

    def new_response_url(self, user: str, channel: str, message_ts: str | None = None) -> str:
        """An address at which the app can answer this interaction."""
        token = secrets.token_urlsafe(18)
        self.response_urls[token] = ResponseUrl(user, channel, self.now(), message_ts)
        return f"{self.address}/response/{token}"

    def use_response_url(self, token: str) -> ResponseUrl:
        """Spend one use. Raises MethodError invalid_url, expired_url or used_url."""
        permit = self.response_urls.get(token)
        if permit is None:
            raise MethodError("invalid_url")
        if self.now() - permit.issued > RESPONSE_LIFE:
            raise MethodError("expired_url")
        if permit.uses >= RESPONSE_USES:
            raise MethodError("used_url")
        permit.uses += 1
        return permit

    # Views

    def new_view(self, user: str, body: Json, below: View | None = None) -> View:
        """A view that is not yet shown; below: the one it is pushed onto."""
        identity = f"V{secrets.token_hex(5).upper()}"
        return View(
            identity,
            user,
            body,
            self.new_hash(),
            below.root_id if below else identity,
            below.id if below else None,
            values.start(body["blocks"]),
        )

    def new_hash(self) -> str:
        """A mark that changes with each change of a view."""
        return f"{self.seconds()}.{secrets.token_hex(4)}"

    def replace(self, view: View, body: Json) -> None:
        """Give a view new content; what was typed stays where block_id and action_id stay."""
        view.typed = values.carry(view.blocks, view.typed, body["blocks"])
        view.body, view.hash, view.errors = body, self.new_hash(), {}
        self.changes.tell()

    def push(self, view: View) -> None:
        """Show a modal above those the person has open. Raises MethodError push_limit_reached."""
        stack = self.modals[view.user]
        if len(stack) >= DEEPEST_STACK:
            raise MethodError("push_limit_reached")
        stack.append(view)
        self.changes.tell()

    def view(self, view_id: object, external_id: object = None) -> View:
        """An open modal or a published Home tab, by either id. Raises MethodError not_found."""
        everywhere = [view for stack in self.modals.values() for view in stack] + list(self.homes.values())
        for view in everywhere:
            if (view_id and view.id == view_id) or (
                external_id and view.body.get("external_id") == external_id
            ):
                return view
        raise MethodError("not_found")


def _loopback(what: str, address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "http" or parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise NotLoopbackError(what, address)
    return address
