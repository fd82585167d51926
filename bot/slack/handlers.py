"""What Slack sends, handed to the reception; what the reception answers, shown where the person is.

Nothing of a request's body is logged: names of events, Slack's ids and exception classes alone.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.answering import (
    OUR_FAULT_IN_FORM,
    OUTSIDE,
    SLOW_IN_FORM,
    Answering,
    Late,
    OurFault,
    Run,
    card_of,
    consume,
    corrections,
    notice,
    request_key,
)
from bot.background import Background
from bot.slack import render
from bot.slack.blocks import pressed
from bot.slack.downloads import Downloads
from bot.slack.screen import NOT_HERE, Place, Screen
from bot.words import clean
from commands.reception import Receives
from commands.vocabulary import (
    Ask,
    Card,
    Filled,
    Form,
    Identity,
    Mistakes,
    Paragraph,
    Press,
    Quiet,
    Reply,
    Say,
)

PLATFORM = "slack"
PATIENCE = 2.4
"""Seconds for the reception's answer: Slack waits three for ours, and the way there and back takes its share."""

OLD_BUTTON = "This button no longer works. Type /challenge to see what you can do."

Outside = Callable[[str, Mapping[str, Any]], bool]
"""outside(user, body): whether a request comes from a guest or another organisation, who are shown nothing."""


def nobody_outside(user: str, body: Mapping[str, Any]) -> bool:
    """Where nobody is asked."""
    return False


def submission_key(view: Mapping[str, Any]) -> str:
    """The same for every delivery and every repeated click of one form, whatever was corrected in between.

    A view keeps its id when another form takes its place, so the form's command and context are part of the key.
    """
    carried = hashlib.blake2b(str(view.get("private_metadata", "")).encode(), digest_size=8).hexdigest()
    return f"form:{view['id']}:{carried}"


class Handlers:
    """One method for each kind of request. Each answers Slack within three seconds, whatever happens behind it."""

    def __init__(
        self,
        reception: Receives,
        run: Run,
        after: Callable[[], None],
        screen: Screen,
        downloads: Downloads,
        background: Background,
        outside: Outside = nobody_outside,
        patience: float = PATIENCE,
        alone: bool = True,
    ) -> None:
        self._reception = reception
        self._answering = Answering(PLATFORM, run, after)
        self._screen = screen
        self._downloads = downloads
        self._background = background
        self._outside = outside
        self._patience = patience
        self._alone = alone
        self._homes: set[str] = set()
        self._newest: dict[str, str] = {}

    async def typed(self, body: Mapping[str, Any], ack: AsyncAck) -> None:
        """The slash command. Answered to the person alone."""
        place = Place.of(body)
        if self._outside(place.user, body):
            await ack(response_type="ephemeral", **render.message(notice(OUTSIDE)))
            return
        text, key = clean(str(body.get("text") or "")), request_key("command", place.trigger, body)
        try:
            reply: Reply = await self._answering.ask(
                self._patience, self._reception.typed, _who(place), text, key
            )
        except Late as late:
            self._background.start(self._show_when_ready(place, late.work), "show a late answer")
        except OurFault as failed:
            await ack(response_type="ephemeral", **render.message(notice(failed.sentence)))
        else:
            card = card_of(reply)
            if card and render.fits_message(card) and not place.in_channel:
                await ack(response_type="ephemeral", **render.message(card))
            else:
                self._background.start(self._show(place, reply), "answer a command")
        if ack.response is None:
            await ack()

    async def pressed(self, body: Mapping[str, Any], ack: AsyncAck) -> None:
        """A button or menu entry on a message, in a modal or on the home page."""
        place, action = Place.of(body), body["actions"][0]
        if self._outside(place.user, body):
            self._background.start(self._show(place, Say(notice(OUTSIDE))), "turn somebody away")
            await ack()
            return
        meant = pressed(action)
        if meant is None:
            await self.unknown_action(body, ack)
            return
        form = render.filled(place.view) if place.view and place.on_modal else None
        mark = place.trigger or str(action.get("action_ts") or "")
        key = f"{request_key('press', mark, body)}:{place.user}"
        press = Press(meant[0], meant[1], form)
        try:
            reply: Reply = await self._answering.ask(
                self._patience, self._reception.pressed, _who(place), press, key
            )
        except Late as late:
            self._background.start(self._show_when_ready(place, late.work), "show a late answer")
        except OurFault as failed:
            self._background.start(self._show(place, Say(notice(failed.sentence))), "own up to a fault")
        else:
            self._background.start(self._show(place, reply), "answer a press")
        await ack()

    async def changed(self, body: Mapping[str, Any], ack: AsyncAck) -> None:
        """An input that redraws its form. Of several changes in quick succession the last one counts."""
        place = Place.of(body)
        form = render.filled(place.view) if place.view else None
        if form is not None and not self._outside(place.user, body):
            self._newest[place.view_id] = place.trigger
            self._background.start(self._redraw(place, form), "redraw a form")
        await ack()

    async def submitted(self, body: Mapping[str, Any], ack: AsyncAck) -> None:
        """A form that was sent. Whatever goes wrong, it stays open with all that was typed."""
        place, view = Place.of(body), body["view"]
        form = render.filled(view)
        if form is None:
            await ack()
            return
        if self._outside(place.user, body):
            await self._answer_form(view, Say(notice(OUTSIDE)), ack)
            return
        began = asyncio.get_running_loop().time()
        form = await self._downloads.with_files(view, form)
        spent = asyncio.get_running_loop().time() - began
        arguments = (_who(place), form, submission_key(view))
        try:
            reply: Reply = await self._answering.ask(
                self._patience - spent, self._reception.submitted, *arguments
            )
        except Late as late:
            late.work.add_done_callback(consume)
            reply = Mistakes({"": SLOW_IN_FORM})
        except OurFault as failed:
            reply = Mistakes({"": failed.in_form})
        await self._answer_form(view, reply, ack)
        # Whether somebody has opened their page at another replica is not known here.
        if isinstance(reply, Say | Quiet) and (place.user in self._homes or not self._alone):
            self._background.start(self._publish(place.user), "publish a home page")

    async def closed(self, ack: AsyncAck) -> None:
        """A form that was closed unsent: nothing to do."""
        await ack()

    async def home_opened(self, event: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        """Somebody looks at the app: show their page as it is now."""
        user = str(event.get("user") or "")
        if user and self._outside(user, body):
            self._background.start(self._screen.publish(user, notice(OUTSIDE)), "turn somebody away")
            return
        if user and event.get("tab") == "home":
            self._homes.add(user)
            self._background.start(self._publish(user, opened=True), "publish a home page")

    async def unknown_action(self, body: Mapping[str, Any], ack: AsyncAck) -> None:
        """A button of an earlier version, say."""
        self._background.start(
            self._show(Place.of(body), Say(notice(OLD_BUTTON))), "answer an unknown button"
        )
        await ack()

    async def _answer_form(self, view: Mapping[str, Any], reply: Reply, ack: AsyncAck) -> None:
        match reply:
            case Ask(form):
                await ack(response_action="update", view=render.modal(form))
            case Say(card):
                await ack(response_action="update", view=render.modal(card))
            case Mistakes(by_input):
                shown = render.inputs_on(view)
                if shown:
                    errors = render.by_block(by_input or {"": OUR_FAULT_IN_FORM}, shown)
                    await ack(response_action="errors", errors=errors)
                else:
                    await ack(response_action="update", view=render.modal(corrections(reply)))
            case Quiet():
                await ack()

    async def _show(self, place: Place, reply: Reply) -> None:
        """Show an answer where the person is, now that the request itself has been answered."""
        shown = reply.form if isinstance(reply, Ask) else card_of(reply)
        if place.shared and shown is not None:
            await self._screen.whisper(place, notice(NOT_HERE))
        elif place.on_modal:
            if shown is not None:
                await self._show_in_modal(place, shown)
        elif place.on_home:
            self._homes.add(place.user)
            problem = "" if shown is None else await self._screen.open(place, shown)
            await self._publish(place.user, _instead(shown, problem))
        elif isinstance(shown, Card):
            await self._screen.say(place, shown)
        elif shown is not None and (problem := await self._screen.open(place, shown)):
            await self._screen.whisper(place, notice(problem))

    async def _show_in_modal(self, place: Place, shown: Form | Card) -> None:
        """Over a form that is being filled in, so that nothing typed is lost; else in place of what is there."""
        view = place.view or {}
        form = render.filled(view)
        if (
            form is None
            or not render.inputs_on(view)
            or (isinstance(shown, Form) and shown.command == form.command)
        ):
            await self._screen.replace(place, shown)
        elif problem := await self._screen.push(place, shown):
            same: Form = await self._answering.work(self._reception.changed, _who(place), form)
            sentence = Paragraph(_instead(shown, problem), strong=True)
            await self._screen.redraw(place, replace(same, parts=(sentence, *same.parts)))

    async def _show_when_ready(self, place: Place, work: Awaitable[Reply]) -> None:
        try:
            reply = await work
        except OurFault as failed:
            reply = Say(notice(failed.sentence))
        await self._show(place, reply)

    async def _redraw(self, place: Place, form: Filled) -> None:
        try:
            redrawn: Form = await self._answering.work(self._reception.changed, _who(place), form)
            if self._newest.get(place.view_id) == place.trigger:
                await self._screen.redraw(place, redrawn)
        finally:
            if self._newest.get(place.view_id) == place.trigger:
                del self._newest[place.view_id]

    async def _publish(self, user: str, sentence: str = "", *, opened: bool = False) -> None:
        show = functools.partial(self._reception.home, opened=opened)
        card: Card = await self._answering.work(show, Identity(PLATFORM, user))
        await self._screen.publish(user, card, sentence)


def _who(place: Place) -> Identity:
    return Identity(PLATFORM, place.user)


def _instead(shown: Form | Card | None, problem: str) -> str:
    """What to say where an answer could not be opened: a card's preview, which tells what happened; else the problem."""
    return problem and shown.preview if isinstance(shown, Card) else problem
