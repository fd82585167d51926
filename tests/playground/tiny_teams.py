"""A tiny Teams app on the real SDK: a box of tools that people can ask for. Of this project it has the tokens alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from fastapi import FastAPI
from microsoft_teams.api import (
    Account,
    AdaptiveCardActionCardResponse,
    AdaptiveCardActionMessageResponse,
    AdaptiveCardAttachment,
    CardTaskModuleTaskInfo,
    CreateConversationParams,
    MessageActivityInput,
    TaskModuleContinueResponse,
    TaskModuleMessageResponse,
    TaskModuleResponse,
    card_attachment,
)
from microsoft_teams.api.auth.cloud_environment import PUBLIC, with_overrides
from microsoft_teams.apps import App, FastAPIAdapter
from microsoft_teams.cards import AdaptiveCard

from bot.microsoft.tokens import Tokens
from bot.playground.teams import Login

PATH = "/teams/messages"
Json = dict[str, Any]


def card(*body: Json, actions: list[Json] | None = None) -> AdaptiveCard:
    """A card of these elements."""
    given = {"type": "AdaptiveCard", "version": "1.5", "body": list(body), "actions": actions or []}
    return AdaptiveCard.model_validate(given)


def words(text: str) -> Json:
    """A line of text."""
    return {"type": "TextBlock", "text": text, "wrap": True}


ASK = {"type": "Action.Submit", "title": "Ask for a tool", "data": {"msteams": {"type": "task/fetch"}}}
LEND = {"type": "Action.Execute", "title": "Lend", "verb": "lend", "data": {"tool": "saw"}}
FORM = [
    {
        "type": "Input.Text",
        "id": "tool",
        "label": "Which tool?",
        "isRequired": True,
        "errorMessage": "Name a tool.",
    },
    {"type": "Input.Date", "id": "when", "label": "When?"},
    {
        "type": "Input.ChoiceSet",
        "id": "size",
        "label": "Size",
        "style": "expanded",
        "choices": [{"title": "Small", "value": "s"}, {"title": "Large", "value": "l"}],
    },
]


class TinyTeams:
    """The app, and what it has heard. slow: seconds that it takes for its next answers."""

    def __init__(self, login: Login, service_url: str) -> None:
        self.heard: list[Json] = []
        self.refused: list[str] = []
        self.release = threading.Event()
        self.hold = 0
        self.asgi = FastAPI(lifespan=self._lifespan)
        self.tokens = Tokens(login.client_id, login.tenant_id, "tiny-secret", login.address)

        async def token(scope: str | list[str], tenant: str | None = None) -> str:
            return await self.tokens.get(scope if isinstance(scope, str) else scope[0])

        self.app = App(
            client_id=login.client_id,
            tenant_id=login.tenant_id,
            token=token,
            cloud=with_overrides(PUBLIC, openid_metadata_url=login.metadata_url),
            service_url=service_url,
            http_server_adapter=FastAPIAdapter(app=self.asgi),
            messaging_endpoint=PATH,
        )
        self._listen()

    @asynccontextmanager
    async def _lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        self.loop = asyncio.get_running_loop()
        await self.app.initialize()
        yield
        self.tokens.close()

    async def _note(self, context: Any) -> None:
        self.heard.append(context.activity.model_dump(by_alias=True, exclude_none=True))
        if self.hold:
            self.hold -= 1
            await asyncio.to_thread(self.release.wait, 5)

    def _listen(self) -> None:
        @self.app.on_message
        async def message(context: Any) -> None:
            await self._note(context)
            text = context.activity.strip_mentions_text().text if context.activity.text else ""
            if "card" in text:
                await context.send(card(words("Wanted: **saw**"), actions=[ASK, LEND]))
            else:
                await context.send(f"You said {text.strip()!r}")

        @self.app.on_card_action_execute
        async def lend(context: Any) -> Any:
            await self._note(context)
            assert context.activity.value.action.verb == "lend"
            if context.activity.from_.name.startswith("Ben"):
                return AdaptiveCardActionMessageResponse(value="Only Ada lends tools.")
            return AdaptiveCardActionCardResponse(value=card(words("Lent by Ada")))

        @self.app.on_dialog_open
        async def opened(context: Any) -> Any:
            await self._note(context)
            return self._dialog(words("Ask for a tool"))

        @self.app.on_dialog_submit
        async def submitted(context: Any) -> Any:
            await self._note(context)
            data = context.activity.value.data
            if data.get("tool") == "axe":
                return self._dialog(words("No axes, please."))
            if data.get("tool") == "nothing":
                return None
            return TaskModuleResponse(task=TaskModuleMessageResponse(value=f"Noted: {data['tool']}"))

        @self.app.on_message_ext_open
        async def extension(context: Any) -> Any:
            await self._note(context)
            return self._dialog(words("From a message"))

        @self.app.on_message_ext_submit
        async def extension_submit(context: Any) -> Any:
            await self._note(context)
            return {}

        @self.app.on_install_add
        async def added(context: Any) -> None:
            await self._note(context)
            await context.send("Hello, I lend tools.")

    @staticmethod
    def _dialog(*first: Json) -> TaskModuleResponse:
        form = card(
            *first, *FORM, actions=[{"type": "Action.Submit", "title": "Send", "data": {"form": "tool"}}]
        )
        attachment = card_attachment(AdaptiveCardAttachment(content=form))
        info = CardTaskModuleTaskInfo(title="Ask for a tool", card=attachment)
        return TaskModuleResponse(task=TaskModuleContinueResponse(value=info))

    def later(self, coroutine: Any) -> Any:
        """Something that the app does by itself, on its own loop; what comes of it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def greets(self, member: str, tenant_id: str) -> tuple[str, str]:
        """A first message to somebody who never wrote: the ids of conversation and message."""

        async def go() -> tuple[str, str]:
            found = await self.app.api.conversations.create(
                CreateConversationParams(members=[Account(id=member)], tenant_id=tenant_id)
            )
            sent = await self.app.send(found.id, card(words("A saw is wanted.")))
            return found.id, sent.id

        return cast("tuple[str, str]", self.later(go()))

    def changes(self, conversation: str, activity: str, text: str) -> None:
        """A message is written anew in place."""
        given = MessageActivityInput().add_card(card(words(text)))
        self.later(self.app.api.conversations.update_activity(conversation, activity, given))
