"""The tenant: who is in it, its chats and teams, what was said in them, and where the one app is installed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from uuid import NAMESPACE_URL, uuid5

from bot.playground.changes import Changes
from bot.playground.errors import PageError
from bot.playground.faults import Faults
from bot.playground.people import Persona
from bot.playground.state import Json
from bot.playground.teams.courier import Courier
from bot.playground.teams.limits import Rates
from bot.playground.teams.login import Login
from bot.playground.teams.state import Chat, Dialog, Member, Post, Stored
from procedures.clock import Clock

CONNECTOR = "teams-connector"
"""Where in the workspace the connector is reached: the serviceUrl of every activity."""


def object_id_of(email: str) -> str:
    """An Entra object id for somebody who has none in people.csv: the same at every start."""
    return str(uuid5(NAMESPACE_URL, f"mailto:{email}"))


class Tenant:
    """A Microsoft 365 tenant in memory with one Teams app. Not for more than one event loop.

    members: persona → Entra object id. address: where the workspace is reached. messages_url: where the app takes activities. manifest: the
    app's, for its commands and message extensions. teams: name of a team's channel → user ids of the members; the app is installed
    in each, and for everybody in their personal chat, until `uninstall`.
    """

    def __init__(
        self,
        *,
        members: Mapping[Persona, str] | Iterable[tuple[Persona, str]],
        clock: Clock,
        changes: Changes,
        login: Login,
        address: str,
        messages_url: str,
        bot_name: str,
        manifest: Json | None = None,
        teams: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.clock, self.changes, self.login, self.bot_name = clock, changes, login, bot_name
        self.address = address.rstrip("/")
        self.service_url = f"{self.address}/{CONNECTOR}/"
        self.id, self.bot_id = login.tenant_id, f"28:{login.client_id}"
        self.manifest: Json = manifest or {}
        self.faults = Faults()
        self.rates = Rates(clock)
        self.courier = Courier(messages_url, login, self.service_url)
        self.members: dict[str, Member] = {}
        self.chats: dict[str, Chat] = {}
        self.dialogs: dict[str, Dialog] = {}
        self.files: dict[str, Stored] = {}
        self._last = 0
        for persona, object_id in members.items() if isinstance(members, Mapping) else members:
            self.join(persona, object_id)
        for name, users in (teams or {}).items():
            here = [user for user in users if user in self.members]
            self.add_channel(name, here)

    async def aclose(self) -> None:
        """End the connections to the app, and the sign-in service."""
        await self.courier.aclose()
        self.login.close()

    def take_over(self, before: Tenant) -> None:
        """Teams does not restart with the app: everything said and everybody there stays; so does the id of the tenant's app."""
        self.members, self.chats, self.dialogs, self.files = (
            before.members,
            before.chats,
            before.dialogs,
            before.files,
        )
        self._last = before._last

    # People

    def join(self, persona: Persona, object_id: str = "") -> Member:
        """Somebody gets an account, with the app in their personal chat."""
        object_id = object_id or object_id_of(persona.email)
        digest = hashlib.sha256(object_id.encode()).hexdigest()
        member = Member(persona.user_id, f"29:1{digest[:40]}", object_id, persona.name, persona.email)
        self.members[member.user] = member
        chat = Chat(f"a:1{digest[40:]}{digest[:24]}", "personal", self.bot_name, [member.user])
        self.chats[chat.id] = chat
        return member

    def leave(self, user: str) -> None:
        """Somebody's account is taken away, with their personal chat."""
        del self.chats[self.personal(user).id], self.members[user]

    def member(self, user: str) -> Member:
        """Somebody by the persona's id. Raises PageError for who has no account here."""
        if user not in self.members:
            raise PageError(f"There is nobody with the user id {user!r} in Teams here.", 404)
        return self.members[user]

    def find(self, given: object) -> Member | None:
        """Somebody by "29:…", "8:orgid:…" or Entra object id; None for nobody."""
        wanted = str(given).removeprefix("8:orgid:")
        return next((one for one in self.members.values() if wanted in (one.account, one.object_id)), None)

    # Chats

    def add_channel(self, name: str, users: Sequence[str], *, kind: str = "channel") -> Chat:
        """A team's channel, or a group chat, with the app in it."""
        mark = hashlib.sha256(f"{kind} {name}".encode()).hexdigest()[:32]
        if kind == "channel":
            chat = Chat(
                f"19:{mark}@thread.tacv2", "channel", name, list(users), team=f"19:{mark[::-1]}@thread.tacv2"
            )
        else:
            chat = Chat(f"19:{mark}@thread.v2", "groupChat", name, list(users))
        self.chats[chat.id] = chat
        return chat

    def personal(self, user: str) -> Chat:
        """The chat of one person with the app. Raises PageError."""
        self.member(user)
        return next(one for one in self.chats.values() if one.kind == "personal" and user in one.members)

    def chats_of(self, user: str) -> list[Chat]:
        """Every chat that somebody is in, the personal one first."""
        mine = [chat for chat in self.chats.values() if user in chat.members]
        return sorted(mine, key=lambda chat: (chat.kind != "personal", chat.name))

    def chat(self, user: str, chat_id: str) -> Chat:
        """A chat that somebody is in. Raises PageError for any other."""
        chat = self.chats.get(chat_id)
        if chat is None or user not in chat.members:
            raise PageError("This person is not in that chat.", 404)
        return chat

    def uninstall(self, chat: Chat) -> None:
        """Take the app out of a chat; the app is not told, as when it is blocked."""
        chat.has_bot = False

    # Messages

    def next_id(self) -> str:
        """An id of a message: milliseconds since 1970, always rising."""
        self._last = max(self._last + 1, int(self.clock.now().timestamp() * 1000))
        return str(self._last)

    def post(
        self,
        chat: Chat,
        activity: Json,
        *,
        user: str = "",
        from_bot: bool = False,
        only_for: str | None = None,
        failure: bool = False,
    ) -> Post:
        """Put a message into a chat."""
        found = Post(
            self.next_id(),
            chat.id,
            self.clock.now(),
            activity,
            user,
            from_bot,
            only_for=only_for,
            failure=failure,
        )
        chat.posts.append(found)
        self.changes.tell()
        return found

    def seen(self, chat: Chat, user: str) -> list[Post]:
        """The messages of a chat that somebody sees, the oldest first."""
        return [one for one in chat.posts if one.only_for in (None, user)]

    def unread(self, chat: Chat, user: str) -> int:
        """How many messages of others somebody has not read."""
        since = chat.read.get(user, "")
        return sum(
            1 for one in self.seen(chat, user) if one.id > since and one.user != user and not one.deleted
        )

    def visible(self, user: str, post_id: str) -> tuple[Chat, Post]:
        """A message that somebody sees, and its chat. Raises PageError for none."""
        for chat in self.chats_of(user):
            for post in self.seen(chat, user):
                if post.id == post_id and not post.deleted:
                    return chat, post
        raise PageError("That message is no longer there.", 404)

    # Files

    def store(self, user: str, name: str, content: bytes | None, length: int = 0) -> Stored:
        """A file in somebody's OneDrive, or a place for one."""
        found = Stored(secrets.token_urlsafe(18), name, user, content, length)
        self.files[found.id] = found
        return found
