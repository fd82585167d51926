"""What is pressed in Teams: buttons that open a dialog, dialogs that are sent, and buttons that act where they stand.

Whatever goes wrong, nothing that somebody typed into a dialog is lost. Limits: 5 s for a message extension, about 10 s for other invokes
(learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/what-are-task-modules, …/cards/universal-actions-for-adaptive-cards).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.answering import OUR_FAULT, OUTSIDE, SLOW_IN_FORM, Late, OurFault, card_of, consume, notice
from bot.background import Background
from bot.teams import render
from bot.teams.asking import Asking
from bot.teams.render import Attached
from bot.teams.screen import NOT_HERE, OPEN, TO_OPEN, Screen
from bot.teams.turn import Turn
from bot.words import Json
from commands.vocabulary import Ask, Card, Filled, Form, Mistakes, Paragraph, Quiet, Reply

DONE = "Done. Your messages show it in a moment."
SLOW = "This is taking longer than usual. Close this and press the button again in a moment: nothing is done twice."
OLD_BUTTON = "This button no longer works. Write “help” to see what you can do."
CLOSED = "Closed. Nothing was changed."
BELOW = "The answer stands below."

Redrawn = Callable[[str, str], Card | None]
"""redrawn(key, user): the message with this key as it is now, for the person in whose chat it stands; synchronous."""


class Dialogs:
    """One method for each kind of invoke. Each gives what is answered, None for an empty answer; none of them raises."""

    def __init__(self, asking: Asking, redrawn: Redrawn, screen: Screen, background: Background) -> None:
        self._asking, self._redrawn, self._screen = asking, redrawn, screen
        self._background = background
        self._inline = screen.inline

    async def fetch(self, turn: Turn) -> Json | None:
        """A button that opens a dialog (task/fetch): whatever the answer is stands in it, for this person alone."""
        ours, mark = render.ours_in(turn.data), render.marked("dialog", turn.activity, turn.user)
        if self._asking.outside(turn):
            return self._read(OUTSIDE, mark)
        attached = render.attached_in(ours)
        if ours.get("do") == "typed" and isinstance(ours.get("t"), str):
            return await self._open(self._asking.typed(turn, ours["t"], f"command:{mark}"), mark, attached)
        press = render.pressed(ours, turn.data)
        if press is None:
            return self._read(OLD_BUTTON, mark)
        key = f"{render.press_key(str(ours.get('m')), press)}:{turn.user}"
        return await self._open(self._asking.pressed(turn, press, key), mark, attached)

    async def extension(self, turn: Turn) -> Json | None:
        """A command of the message extension, whose name is the command's."""
        mark = render.marked("dialog", turn.activity, turn.user)
        if self._asking.outside(turn):
            return self._read(OUTSIDE, mark)
        name = str(turn.value.get("commandId") or "")
        return await self._open(self._asking.typed(turn, name, f"command:{mark}"), mark, None)

    async def submit(self, turn: Turn) -> Json | None:
        """Something was pressed in a dialog (task/submit), or the form in it was sent."""
        data = turn.data
        ours = render.ours_in(data)
        form = ours.get("f")
        mark = str((form if isinstance(form, dict) else ours).get("m") or turn.activity)
        if self._asking.outside(turn):
            return self._read(OUTSIDE, mark)
        attached = render.attached_in(ours)
        match ours.get("do"):
            case "close":
                return None
            case "press" if (press := render.pressed(ours, data)) is not None:
                key = f"{render.press_key(mark, press)}:{turn.user}"
                return await self._open(self._asking.pressed(turn, press, key), mark, attached, data)
            case "redraw" if (filled := render.filled(ours, data)) is not None:
                return await self._open(self._asking.changed(turn, filled), mark, attached, data)
            case "send" if (filled := render.filled(ours, data)) is not None:
                return await self._send(turn, filled, mark)
        return self._read(OLD_BUTTON, mark)

    async def _send(self, turn: Turn, filled: Filled, mark: str) -> Json | None:
        """A form that was sent; with mistakes it comes back, each above its input."""
        ours = render.ours_in(turn.data)
        attached = render.attached_in(ours)
        if attached is not None and (names := render.files_of(ours)):
            upload = await self._screen.fetch(attached)
            filled = replace(filled, files=dict.fromkeys(names, upload))
        try:
            reply = await self._asking.submitted(turn, filled, render.submission_key(mark, filled))
            mistakes = reply.by_input if isinstance(reply, Mistakes) else None
            if mistakes is not None:
                reply = await self._asking.changed(turn, filled)
        except (Late, OurFault) as failed:
            return self._again(failed, turn.data)
        return self._shown(reply, mark, attached, mistakes)

    async def _open(
        self, answer: Awaitable[Reply], mark: str, attached: Attached | None, data: Any = None
    ) -> Json | None:
        """The answer in a dialog. `data`: what is sent again when there is none, so that nothing typed is lost."""
        try:
            reply = await answer
        except (Late, OurFault) as failed:
            return self._again(failed, data) if data is not None else self._read(_why(failed), mark)
        return self._shown(reply, mark, attached)

    def _shown(
        self,
        reply: Reply,
        mark: str,
        attached: Attached | None,
        mistakes: Mapping[str, str] | None = None,
    ) -> Json:
        match reply:
            case Ask(form):
                shown: Form | Card = form
            case Quiet():
                shown = notice(DONE)
            case _:
                shown = card_of(reply) or notice(OUR_FAULT)
        return _continued(
            render.dialog(shown, mark, mistakes=mistakes, attached=attached, inline=self._inline)
        )

    def _read(self, sentence: str, mark: str) -> Json:
        return _continued(render.dialog(notice(sentence), mark, inline=self._inline))

    def _again(self, failed: Late | OurFault, data: Mapping[str, Any]) -> Json:
        sentence = SLOW_IN_FORM if isinstance(failed, Late) else failed.in_form
        _why(failed)
        return _continued(render.again(sentence, data, inline=self._inline))

    # --- buttons that act where they stand ----------------------------------------------------------------------------------

    async def execute(self, turn: Turn) -> Json:
        """A button that acts at once (Action.Execute), or a card that is drawn anew by itself: the message as it is now."""
        ours = render.ours_in(turn.data)
        key = str(ours.get("k") or "")
        if not turn.personal:
            return _words(NOT_HERE)
        if self._asking.outside(turn):
            return _words(OUTSIDE)
        if turn.value.get("refresh"):
            return await self._as_now(turn, key, None)
        if ours.get("do") != "press" or "f" in ours:
            return _in_place(await self.submit(turn))
        press = render.pressed(ours, turn.data)
        if press is None:
            return _words(OLD_BUTTON)
        try:
            reply = await self._asking.pressed(
                turn, press, f"{render.press_key(str(ours.get('m')), press)}:{turn.user}"
            )
        except (Late, OurFault) as failed:
            return _words(_why(failed))
        return await (
            self._as_now(turn, key, reply, ours) if not self._inline else self._below(turn, key, reply)
        )

    async def _as_now(
        self, turn: Turn, key: str, reply: Reply | None, ours: Mapping[str, Any] | None = None
    ) -> Json:
        """The message as it is now, with what was answered on top of it."""
        mark = render.marked("now", turn.activity, turn.user)
        if isinstance(reply, Ask):
            again = {name: value for name, value in (ours or {}).items() if name in ("do", "c", "a", "m")}
            return _card(render.opener(reply.form.title, TO_OPEN, OPEN, again))
        said = None if reply is None else card_of(reply)
        card = await self._found(turn, key)
        if card is None:
            return _words(DONE) if said is None else _card(render.message(said, mark, inline=self._inline))
        if said is not None:
            card = replace(card, parts=(Paragraph(said.title, strong=True), *said.parts, *card.parts))
        return _card(render.message(card, mark, key, inline=self._inline))

    async def _below(self, turn: Turn, key: str, reply: Reply) -> Json:
        """Where there are no dialogs: the answer is a message of its own, and the one with the button stays, as it is now."""
        mark = render.marked("dialog", turn.activity, turn.user)
        if not isinstance(reply, Quiet):
            window = self._shown(reply, mark, None)["task"]["value"]
            card = window["card"]["content"]
            self._background.start(self._screen.offer(turn.chat, card, window["title"]), "answer a press")
        now = await self._found(turn, key)
        if now is None:
            return _words(DONE if isinstance(reply, Quiet) else BELOW)
        return _card(render.message(now, mark, key, inline=True))

    async def _found(self, turn: Turn, key: str) -> Card | None:
        try:
            return await self._asking.as_now(self._redrawn, key, turn)
        except (Late, OurFault) as failed:
            _why(failed)
            return None


def _why(failed: Late | OurFault) -> str:
    """The sentence for an answer that was not to be had; what is late goes on, and nobody looks at it any more."""
    if isinstance(failed, Late):
        failed.work.add_done_callback(consume)
        return SLOW
    return failed.sentence


def _in_place(answer: Json | None) -> Json:
    """What would stand in a dialog, in place of the card in which it was pressed."""
    if answer is None:
        return _card(render.opener("challenge-bot", CLOSED, "", {}))
    return _card(answer["task"]["value"]["card"]["content"])


def _continued(window: Json) -> Json:
    return {"task": {"type": "continue", "value": window}}


def _card(card: Json) -> Json:
    return {"statusCode": 200, "type": render.CONTENT_TYPE, "value": card}


def _words(sentence: str) -> Json:
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": sentence}
