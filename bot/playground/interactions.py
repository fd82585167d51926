"""What a person does in the workspace, and what comes of it: commands, buttons, forms, the Home tab."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.playground import attachments, payloads, responses, values, view_methods
from bot.playground.courier import Answer
from bot.playground.errors import MethodError, NoAnswerError, PageError
from bot.playground.state import Json, Message, Typed, View
from bot.playground.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True)
class Outcome:
    """What the page is told. problem: a sentence, or None. errors: block_id → what is wrong there."""

    problem: str | None = None
    errors: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> Json:
        """ok is true when nothing is wrong."""
        fine = self.problem is None and not self.errors
        return {"ok": fine, "problem": self.problem, "errors": self.errors}


async def run_command(workspace: Workspace, user: str, channel_id: str, line: str) -> Outcome:
    """Send a slash command; `line` is all that was typed, for example "/challenge raise"."""
    channel = workspace.channel(channel_id)
    if user not in channel.members:
        raise PageError("This person is not in that channel.", 403)
    command, _, text = line.strip().partition(" ")
    if not command.startswith("/") or len(command) < 2:
        raise PageError("Commands begin with a slash, for example /help.")
    try:
        answer = await workspace.courier.form(payloads.slash(workspace, user, channel, command, text.strip()))
        _show_answer(workspace, user, channel.id, answer)
    except NoAnswerError as error:
        return _failed(workspace, user, channel.id, f'{command} failed with the error "{error.code}"')
    except MethodError as error:
        return _failed(
            workspace, user, channel.id, f'{command} failed with the error "{error.code}" {_why(error)}'
        )
    return Outcome()


def _failed(workspace: Workspace, user: str, channel: str, sentence: str) -> Outcome:
    workspace.tell(user, channel, sentence.strip(), failure=True)
    return Outcome(sentence.strip())


def _why(error: MethodError) -> str:
    return " ".join(error.messages)


def _show_answer(workspace: Workspace, user: str, channel: str, answer: Answer) -> None:
    if not answer.text.strip():
        return
    body = answer.as_json() if answer.content_type == "application/json" else None
    responses.say(workspace, user, channel, body if body is not None else {"text": answer.text})


def surface(workspace: Workspace, user: str, name: str) -> Message | View:
    """What the page calls by this name: "home", a modal's id, or a message's ts. Raises PageError for
    none."""
    home = workspace.homes.get(user)
    if home is not None and name in ("home", home.id):
        return home
    for view in workspace.modals[user]:
        if view.id == name:
            return view
    if name.startswith("V") or name == "home":
        raise PageError("That form is closed. Open it again from where you came.", 404)
    return workspace.visible(user, name)


def _typed(on: Message | View, user: str) -> Typed:
    if isinstance(on, View):
        return on.typed
    return on.typed.setdefault(user, values.start(on.blocks))


def _keep(workspace: Workspace, user: str, on: Message | View, one: values.Placed, value: Any) -> Any:
    if one.kind == values.FILES:
        held: Any = attachments.accept(workspace, user, one.element, value)
    else:
        held = values.accept(one.element, value, set(workspace.personas))
    _typed(on, user)[one.key] = held
    return held


async def act(
    workspace: Workspace, user: str, name: str, block_id: str, action_id: str, value: Any
) -> Outcome:
    """Press a button, choose from a menu, or otherwise use an element, and tell the app."""
    on = surface(workspace, user, name)
    one = values.find(on.blocks, block_id, action_id)
    return await _dispatch(workspace, user, on, one, _held(workspace, user, on, one, value))


def _held(workspace: Workspace, user: str, on: Message | View, one: values.Placed, value: Any) -> Json:
    if one.kind == "button":
        return {}
    if one.kind == "overflow":
        return {"selected_option": values.option(one.element, value)}
    kept = values.entry(one.element, _keep(workspace, user, on, one, value))
    return {name: content for name, content in kept.items() if name != "type"}


async def _dispatch(
    workspace: Workspace, user: str, on: Message | View, one: values.Placed, held: Json
) -> Outcome:
    try:
        await workspace.courier.payload(payloads.block_action(workspace, user, on, one, held))
    except NoAnswerError as error:
        return Outcome(f"The app did not answer ({error.code}). Try again.")
    return Outcome()


async def change(
    workspace: Workspace, user: str, name: str, block_id: str, action_id: str, value: Any, *, enter: bool
) -> Outcome:
    """Keep what is typed or chosen; tell the app where the block asks for it.

    enter: the person pressed Enter or left the field, rather than typed on. As in Slack, an element outside
    an input block always tells; one in an input block only with dispatch_action, a text one by its
    dispatch_action_config.
    """
    on = surface(workspace, user, name)
    one = values.find(on.blocks, block_id, action_id)
    held = values.entry(one.element, _keep(workspace, user, on, one, value))
    if isinstance(on, View) and on.errors.pop(block_id, "") != "":
        workspace.changes.tell()
    if not _tells(one, enter=enter):
        return Outcome()
    return await _dispatch(workspace, user, on, one, {key: held[key] for key in held if key != "type"})


def _tells(one: values.Placed, *, enter: bool) -> bool:
    if one.block["type"] != "input":
        return True
    if not one.block.get("dispatch_action"):
        return False
    if one.kind not in values.TEXT_INPUTS:
        return True
    wanted = one.element.get("dispatch_action_config", {}).get("trigger_actions_on", ["on_enter_pressed"])
    return ("on_enter_pressed" if enter else "on_character_entered") in wanted


async def submit(workspace: Workspace, user: str, view_id: str, given: dict[str, dict[str, Any]]) -> Outcome:
    """Send a form. given: block_id → action_id → value, for whatever the page has not reported yet."""
    view = _modal(workspace, user, view_id)
    if "submit" not in view.body:
        raise PageError("This window has nothing to send; close it.")
    for block_id, actions in given.items():
        for action_id, value in actions.items():
            _keep(workspace, user, view, values.find(view.blocks, block_id, action_id), value)
    errors = values.faults(view.blocks, view.typed)
    if errors:
        return _mark(workspace, view, errors)
    try:
        answer = await workspace.courier.payload(payloads.view_submission(workspace, view))
    except NoAnswerError as error:
        return Outcome(f"{TROUBLE} ({error.code})")
    try:
        return _after_submission(workspace, view, answer)
    except MethodError as error:
        return Outcome(f"{TROUBLE} The app's answer was refused: {error.code}. {_why(error)}".strip())


def _mark(workspace: Workspace, view: View, errors: dict[str, str]) -> Outcome:
    view.errors = errors
    workspace.changes.tell()
    return Outcome(errors=errors)


def _after_submission(workspace: Workspace, view: View, answer: Answer) -> Outcome:
    stack = workspace.modals[view.user]
    body = answer.as_json() if answer.text.strip() else {}
    if body is None:
        return Outcome(f"{TROUBLE} The app's answer was neither empty nor JSON.")
    if view not in stack:
        return Outcome()  # It was closed while the app was thinking; there is nothing left to change.
    what = body.get("response_action")
    if what == "errors":
        return _show_errors(workspace, view, body.get("errors"))
    if what == "update":
        workspace.replace(view, view_methods.checked_view(body.get("view"), "modal"))
    elif what == "push":
        workspace.push(
            workspace.new_view(view.user, view_methods.checked_view(body.get("view"), "modal"), view)
        )
    elif what == "clear":
        stack.clear()
    elif body:
        return Outcome(f"{TROUBLE} The app's answer had no known response_action.")
    else:
        stack.remove(view)
    workspace.changes.tell()
    return Outcome()


def _show_errors(workspace: Workspace, view: View, errors: Any) -> Outcome:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    right = (
        isinstance(errors, dict) and errors and all(isinstance(sentence, str) for sentence in errors.values())
    )
    if not right or not set(errors) <= inputs:
        return Outcome(f"{TROUBLE} The app's errors did not name input blocks of this form.")
    return _mark(workspace, view, dict(errors))


def _modal(workspace: Workspace, user: str, view_id: str) -> View:
    found = surface(workspace, user, view_id)
    if not isinstance(found, View) or found.body["type"] != "modal":
        raise PageError("Only a form can be sent or closed.")
    return found


async def close(workspace: Workspace, user: str, view_id: str, *, everything: bool) -> Outcome:
    """Close a form, and with `everything` those below it; tell the app where the form asks for it."""
    view = _modal(workspace, user, view_id)
    stack = workspace.modals[user]
    place = stack.index(view)
    cleared = everything or bool(view.body.get("clear_on_close"))
    closing = list(reversed(stack)) if cleared else list(reversed(stack[place:]))
    workspace.modals[user] = [] if cleared else stack[:place]
    workspace.changes.tell()
    for one in closing:
        if one.body.get("notify_on_close"):
            try:
                await workspace.courier.payload(payloads.view_closed(workspace, one, cleared=cleared))
            except NoAnswerError as error:
                return Outcome(f"The app was not told that the form was closed ({error.code}).")
    return Outcome()


async def open_home(workspace: Workspace, user: str) -> Outcome:
    """Open the Home tab: the app is told, and publishes what is to be seen."""
    try:
        await workspace.courier.event(payloads.home_opened(workspace, user))
    except NoAnswerError as error:
        return Outcome(f"The app did not answer ({error.code}). Try again.")
    return Outcome()
