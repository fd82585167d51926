"""What is written in Teams, handed to the reception; who comes and who goes; and where files are put.

Nothing of a request's body is logged: names of events and exception classes alone. Teams waits 15 s for the answer to a message, then sends
it again (learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable
from typing import Any

from bot.answering import OUTSIDE, Late, OurFault, card_of, notice
from bot.background import Background
from bot.teams import render
from bot.teams.asking import Asking
from bot.teams.render import Attached
from bot.teams.screen import NOT_HERE, NOT_HERE_EITHER, OPEN, OPEN_ALONE, TO_OPEN, Screen
from bot.teams.turn import Turn
from bot.words import Json, cut
from commands.vocabulary import Ask, Card, Reply, Say

REMEMBERED = 5000
"""Messages of which it is remembered that they were answered."""
FILE_GONE = "This file is no longer kept here. Ask for it again."
NOT_PUT = "Teams did not take the file. Ask for it again, and say yes once more."
WELCOME = "Challenges, answered in time"
WELCOMING = (
    "Here you raise challenges about cases and answer those that are put to you. What is waiting for you comes into this chat by itself. "
    "Write “help” to see what you can ask for, and “home” for what there is to do."
)
WELCOME_BUTTON = "Show what there is to do"


class Handlers:
    """One method for each kind of activity that needs no answer of its own."""

    def __init__(self, asking: Asking, screen: Screen, background: Background) -> None:
        self._asking, self._screen, self._background = asking, screen, background
        self._answered: OrderedDict[str, None] = OrderedDict()
        self._noted: dict[str, object] = {}

    # --- messages ---------------------------------------------------------------------------------------------------------

    async def message(self, turn: Turn) -> None:
        """Somebody wrote. Teams sends a message again whose answer is late: it is answered once."""
        if turn.activity in self._answered:
            return
        self._answered[turn.activity] = None
        if len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        if self._asking.outside(turn):
            self._say(turn, notice(OUTSIDE))
        elif not turn.personal:
            ours = {"do": "typed", "t": cut(turn.text, 300)}
            card = render.opener("challenge-bot", NOT_HERE, OPEN_ALONE, ours)
            if self._screen.inline:
                card = render.opener("challenge-bot", NOT_HERE_EITHER, "", {})
            self._background.start(self._screen.offer(turn.chat, card, "challenge-bot"), "answer in a group")
        else:
            await self._answer_message(turn)

    async def _answer_message(self, turn: Turn) -> None:
        self._note_chat(turn)
        try:
            reply = await self._asking.typed(turn, turn.text, f"command:{turn.activity}")
        except Late as late:
            self._background.start(self._show_when_ready(turn, late.work), "show a late answer")
        except OurFault as failed:
            self._say(turn, notice(failed.sentence))
        else:
            self._show(turn, reply)

    def _show(self, turn: Turn, reply: Reply) -> None:
        if isinstance(reply, Ask):
            attached = Attached(*turn.files[0]) if turn.files else None
            ours = {"do": "typed", "t": turn.text[:3000], **render.carried(attached)}
            card = render.opener(reply.form.title, TO_OPEN, OPEN, ours)
            if self._screen.inline:
                mark = render.marked("dialog", turn.activity, turn.user)
                window = render.dialog(reply.form, mark, attached=attached, inline=True)
                card = window["card"]["content"]
            self._background.start(self._screen.offer(turn.chat, card, reply.form.title), "offer a form")
        elif (shown := card_of(reply)) is not None:
            self._say(turn, shown)

    async def _show_when_ready(self, turn: Turn, work: Awaitable[Any]) -> None:
        try:
            reply = await work
        except OurFault as failed:
            reply = Say(notice(failed.sentence))
        self._show(turn, Say(reply) if isinstance(reply, Card) else reply)

    def _say(self, turn: Turn, card: Card) -> None:
        self._background.start(self._screen.say(turn.chat, card), "answer a message")

    # --- files, and who comes and goes ------------------------------------------------------------------------------------------

    async def file_consent(self, turn: Turn) -> None:
        """Somebody said where a file may be put, or that they do not want it."""
        context = turn.value.get("context")
        id_ = str(context.get("file") or "") if isinstance(context, dict) else ""
        info = turn.value.get("uploadInfo")
        if turn.value.get("action") != "accept" or not isinstance(info, dict):
            self._background.start(self._screen.chats.drop(id_, turn.user), "drop a file")
        else:
            self._background.start(self._put(turn, id_, info), "put a file")

    async def _put(self, turn: Turn, id_: str, info: Json) -> None:
        file = None if self._asking.outside(turn) else await self._screen.chats.waiting(id_, turn.user)
        if file is None:
            await self._screen.say(turn.chat, notice(FILE_GONE))
        elif await self._screen.put(turn.chat, file, info):
            await self._screen.chats.drop(id_, turn.user)
        else:
            await self._screen.say(turn.chat, notice(NOT_PUT))

    async def added(self, turn: Turn) -> None:
        """Somebody has the app now: their chat is known from now on, and they are welcomed once."""
        if turn.personal and turn.user and not self._asking.outside(turn):
            self._noted.pop(turn.user, None)
            self._background.start(self._welcome(turn), "welcome somebody")

    async def _welcome(self, turn: Turn) -> None:
        await self._screen.chats.note(turn.user, turn.chat)
        if await self._screen.chats.first_welcome(turn.user):
            ours = {"do": "typed", "t": "home"}
            label = "" if self._screen.inline else WELCOME_BUTTON
            card = render.opener(WELCOME, WELCOMING, label, ours)
            await self._screen.offer(turn.chat, card, WELCOME)

    async def removed(self, turn: Turn) -> None:
        """Somebody has taken the app away."""
        if turn.personal and turn.user:
            self._noted.pop(turn.user, None)
            self._background.start(self._screen.chats.forget(turn.user), "forget a chat")

    def _note_chat(self, turn: Turn) -> None:
        if turn.user and self._noted.get(turn.user) != turn.chat:
            if len(self._noted) > 10 * REMEMBERED:
                self._noted.clear()
            self._noted[turn.user] = turn.chat
            self._background.start(self._screen.chats.note(turn.user, turn.chat), "note a chat")
