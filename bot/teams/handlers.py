"""What Teams sends, handed to the reception; what the reception answers, shown where the person is.

Nothing of a request's body is logged: names of events and exception classes alone. Limits: 15 s for a message, after which Teams sends it
again; 5 s for a message extension; about 10 s for other invokes (learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations,
…/messaging-extensions/what-are-messaging-extensions).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

from bot.answering import (
    OUR_FAULT,
    OUTSIDE,
    SLOW_IN_FORM,
    Answering,
    Late,
    OurFault,
    card_of,
    consume,
    notice,
)
from bot.background import Background
from bot.teams import render
from bot.teams.directory import Directory
from bot.teams.render import Attached
from bot.teams.screen import Screen
from bot.teams.turn import Turn
from bot.words import Json, cut
from commands.reception import Receives
from commands.vocabulary import Ask, Card, Filled, Form, Mistakes, Paragraph, Press, Quiet, Reply, Say

PATIENCE = 3.5
"""Seconds for the reception's answer: the strictest limit is five, and the way there and back takes its share."""
REMEMBERED = 5000
"""Messages of which it is remembered that they were answered."""

HOME_WORDS = ("", "home", "todo", "to do", "start", "hello", "hi")
OPEN = "Open"
OPEN_ALONE = "Open it for me alone"
NOT_HERE = (
    "Others read along here, so nothing is shown here. Press the button: what opens is for whoever pressed it, and for nobody else. Or write to "
    "challenge-bot in your own chat with it."
)
TO_OPEN = "Press the button to go on."
DONE = "Done. Your messages show it in a moment."
SLOW = "This is taking longer than usual. Close this and press the button again in a moment: nothing is done twice."
OLD_BUTTON = "This button no longer works. Write “help” to see what you can do."
FILE_GONE = "This file is no longer kept here. Ask for it again."
NOT_PUT = "Teams did not take the file. Ask for it again, and say yes once more."

Redrawn = Callable[[str, str], Card | None]
"""redrawn(key, user): the message with this key as it is now, for the person in whose chat it stands; synchronous."""


class Handlers:
    """One method for each kind of activity. Invokes give what is answered, None for an empty answer; none of them raises."""

    def __init__(
        self,
        reception: Receives,
        answering: Answering,
        redrawn: Redrawn,
        screen: Screen,
        directory: Directory,
        background: Background,
        patience: float = PATIENCE,
    ) -> None:
        self._reception, self._answering, self._redrawn = reception, answering, redrawn
        self._screen, self._directory, self._background = screen, directory, background
        self._patience = patience
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
        if self._is_outside(turn):
            self._say(turn, notice(OUTSIDE))
        elif not turn.personal:
            ours = {"do": "typed", "t": cut(turn.text, 300)}
            card = render.opener("challenge-bot", NOT_HERE, OPEN_ALONE, ours)
            self._background.start(self._screen.offer(turn.chat, card, "challenge-bot"), "answer in a group")
        else:
            await self._answer_message(turn)

    async def _answer_message(self, turn: Turn) -> None:
        self._note_chat(turn)
        try:
            reply = await self._typed(turn, turn.text, f"command:{turn.activity}")
        except Late as late:
            self._background.start(self._show_when_ready(turn, late.work), "show a late answer")
        except OurFault as failed:
            self._say(turn, notice(failed.sentence))
        else:
            self._show(turn, reply)

    async def _typed(self, turn: Turn, text: str, key: str) -> Reply:
        if text.lower().strip(" .!?") in HOME_WORDS:
            home = partial(self._reception.home, opened=True)
            home.__name__ = "home"  # type: ignore[attr-defined]
            card: Card = await self._answering.ask(self._patience, home, turn.who)
            return Say(card)
        reply: Reply = await self._answering.ask(self._patience, self._reception.typed, turn.who, text, key)
        return reply

    def _show(self, turn: Turn, reply: Reply) -> None:
        if isinstance(reply, Ask):
            attached = Attached(*turn.files[0]) if turn.files else None
            ours = {"do": "typed", "t": turn.text[:3000], **render.carried(attached)}
            card = render.opener(reply.form.title, TO_OPEN, OPEN, ours)
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

    # --- dialogs ----------------------------------------------------------------------------------------------------------

    async def fetch(self, turn: Turn) -> Json | None:
        """A button that opens a dialog (task/fetch): whatever the answer is stands in it, for this person alone."""
        ours = render.ours_in(turn.data)
        mark = render.marked("dialog", turn.activity, turn.user)
        if self._is_outside(turn):
            return _continued(render.dialog(notice(OUTSIDE), mark))
        attached = render.attached_in(ours)
        if ours.get("do") == "typed" and isinstance(ours.get("t"), str):
            return await self._open(self._typed(turn, ours["t"], f"command:{mark}"), mark, attached)
        press = render.pressed(ours, turn.data)
        if press is None:
            return _continued(render.dialog(notice(OLD_BUTTON), mark))
        key = f"{render.press_key(str(ours.get('m')), press)}:{turn.user}"
        return await self._open(self._pressed(turn, press, key), mark, attached)

    async def extension(self, turn: Turn) -> Json | None:
        """A command of the message extension, whose name is the command's."""
        mark = render.marked("dialog", turn.activity, turn.user)
        if self._is_outside(turn):
            return _continued(render.dialog(notice(OUTSIDE), mark))
        name = str(turn.value.get("commandId") or "")
        return await self._open(self._typed(turn, name, f"command:{mark}"), mark, None)

    async def submit(self, turn: Turn) -> Json | None:
        """Something was pressed in a dialog (task/submit), or the form in it was sent."""
        data = turn.data
        ours = render.ours_in(data)
        form = ours.get("f")
        mark = str((form if isinstance(form, dict) else ours).get("m") or turn.activity)
        if self._is_outside(turn):
            return _continued(render.dialog(notice(OUTSIDE), mark))
        match ours.get("do"):
            case "close":
                return None
            case "press" if (press := render.pressed(ours, data)) is not None:
                key = f"{render.press_key(mark, press)}:{turn.user}"
                return await self._open(self._pressed(turn, press, key), mark, render.attached_in(ours), data)
            case "redraw" if (filled := render.filled(ours, data)) is not None:
                return await self._open(self._changed(turn, filled), mark, render.attached_in(ours), data)
            case "send" if (filled := render.filled(ours, data)) is not None:
                return await self._send(turn, filled, mark)
        return _continued(render.dialog(notice(OLD_BUTTON), mark))

    async def _send(self, turn: Turn, filled: Filled, mark: str) -> Json | None:
        """A form that was sent. Whatever goes wrong, what was typed is not lost."""
        ours = render.ours_in(turn.data)
        attached = render.attached_in(ours)
        if attached is not None and (names := render.files_of(ours)):
            upload = await self._screen.fetch(attached)
            filled = replace(filled, files=dict.fromkeys(names, upload))
        key = render.submission_key(mark, filled)
        submitted = self._answering.ask(self._patience, self._reception.submitted, turn.who, filled, key)
        try:
            reply: Reply = await submitted
            if isinstance(reply, Mistakes):
                form = await self._answering.ask(self._patience, self._reception.changed, turn.who, filled)
                return _continued(render.dialog(form, mark, mistakes=reply.by_input, attached=attached))
        except Late as late:
            late.work.add_done_callback(consume)
            return _continued(render.again(SLOW_IN_FORM, turn.data))
        except OurFault as failed:
            return _continued(render.again(failed.in_form, turn.data))
        return _shown(reply, mark, attached)

    async def _open(
        self, answer: Awaitable[Reply], mark: str, attached: Attached | None, data: Any = None
    ) -> Json | None:
        """The answer in a dialog. `data`: what is sent again when there is none, so that nothing typed is lost."""
        try:
            reply = await answer
        except Late as late:
            late.work.add_done_callback(consume)
            return _continued(
                render.dialog(notice(SLOW), mark) if data is None else render.again(SLOW_IN_FORM, data)
            )
        except OurFault as failed:
            return _continued(
                render.dialog(notice(failed.sentence), mark)
                if data is None
                else render.again(failed.in_form, data)
            )
        return _shown(reply, mark, attached)

    async def _pressed(self, turn: Turn, press: Press, key: str) -> Reply:
        reply: Reply = await self._answering.ask(
            self._patience, self._reception.pressed, turn.who, press, key
        )
        return reply

    async def _changed(self, turn: Turn, filled: Filled) -> Reply:
        form: Form = await self._answering.ask(self._patience, self._reception.changed, turn.who, filled)
        return Ask(form)

    # --- buttons that act where they stand ----------------------------------------------------------------------------------

    async def execute(self, turn: Turn) -> Json:
        """A button that acts at once (Action.Execute), or a card that is drawn anew by itself: the message as it is now."""
        action = turn.value.get("action")
        data = action.get("data") if isinstance(action, dict) else None
        ours = render.ours_in(data)
        key = str(ours.get("k") or "")
        if self._is_outside(turn) or not turn.personal:
            return _words(NOT_HERE if not turn.personal else OUTSIDE)
        if turn.value.get("refresh"):
            return await self._as_now(turn, key, None)
        press = render.pressed(ours, data if isinstance(data, dict) else {})
        if press is None:
            return _words(OLD_BUTTON)
        try:
            reply = await self._pressed(
                turn, press, f"{render.press_key(str(ours.get('m')), press)}:{turn.user}"
            )
        except Late as late:
            late.work.add_done_callback(consume)
            return _words(SLOW)
        except OurFault as failed:
            return _words(failed.sentence)
        return await self._as_now(turn, key, reply, ours)

    async def _as_now(self, turn: Turn, key: str, reply: Reply | None, ours: Any = None) -> Json:
        """The message as it is now, with what was answered on top of it."""
        try:
            card: Card | None = await self._answering.ask(self._patience, self._redrawn, key, turn.user)
        except (Late, OurFault) as failed:
            if isinstance(failed, Late):
                failed.work.add_done_callback(consume)
            card = None
        mark = render.marked("now", turn.activity, turn.user)
        if isinstance(reply, Ask):
            again = {name: value for name, value in dict(ours).items() if name in ("do", "c", "a", "m")}
            return _card(render.opener(reply.form.title, TO_OPEN, OPEN, again))
        said = None if reply is None else card_of(reply)
        if card is None:
            return _words(DONE) if said is None else _card(render.message(said, mark))
        if said is not None:
            card = replace(card, parts=(Paragraph(said.title, strong=True), *said.parts, *card.parts))
        return _card(render.message(card, mark, key))

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
        file = None if self._is_outside(turn) else await self._screen.chats.waiting(id_, turn.user)
        if file is None:
            await self._screen.say(turn.chat, notice(FILE_GONE))
        elif await self._screen.put(turn.chat, file, info):
            await self._screen.chats.drop(id_, turn.user)
        else:
            await self._screen.say(turn.chat, notice(NOT_PUT))

    async def added(self, turn: Turn) -> None:
        """Somebody has the app now: their chat is known from now on, and they are welcomed once."""
        if turn.personal and turn.user and not self._is_outside(turn):
            self._noted.pop(turn.user, None)
            self._background.start(self._welcome(turn), "welcome somebody")

    async def _welcome(self, turn: Turn) -> None:
        await self._screen.chats.note(turn.user, turn.chat)
        if await self._screen.chats.first_welcome(turn.user):
            ours = {"do": "typed", "t": "home"}
            card = render.opener(WELCOME, WELCOMING, WELCOME_BUTTON, ours)
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

    def _is_outside(self, turn: Turn) -> bool:
        self._directory.met(turn.user, turn.chat, turn.member)
        return not turn.user or self._directory.outside(turn.user)


WELCOME = "Challenges, answered in time"
WELCOMING = (
    "Here you raise challenges about cases and answer those that are put to you. What is waiting for you comes into this chat by itself. "
    "Write “help” to see what you can ask for, and “home” for what there is to do."
)
WELCOME_BUTTON = "Show what there is to do"


def _shown(reply: Reply, mark: str, attached: Attached | None) -> Json | None:
    match reply:
        case Ask(form):
            return _continued(render.dialog(form, mark, attached=attached))
        case Quiet():
            return _continued(render.dialog(notice(DONE), mark))
        case _:
            return _continued(render.dialog(card_of(reply) or notice(OUR_FAULT), mark))


def _continued(window: Json) -> Json:
    return {"task": {"type": "continue", "value": window}}


def _card(card: Json) -> Json:
    return {"statusCode": 200, "type": render.CONTENT_TYPE, "value": card}


def _words(sentence: str) -> Json:
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": sentence}
