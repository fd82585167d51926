"""What a person does in Teams, and what comes of it: messages, buttons, dialogs, message extensions, files."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from bot.playground.errors import NoAnswerError, PageError
from bot.playground.interactions import Outcome
from bot.playground.state import Json
from bot.playground.teams import activities, cards, files
from bot.playground.teams.courier import Answer
from bot.playground.teams.state import Chat, Dialog, Post
from bot.playground.teams.tenant import Tenant

TROUBLE = "Unable to reach app. Please try again."
WRONG = "Something went wrong. Please try again."
LONGEST = 28_000


async def say(
    tenant: Tenant,
    user: str,
    chat_id: str,
    text: str,
    *,
    mention: bool = False,
    slash: bool = False,
    file_ids: Sequence[str] = (),
) -> Outcome:
    """Write a message. mention: to the app by name; slash: chosen from the menu behind "/". In a team only these two reach the app."""
    chat, member = tenant.chat(user, chat_id), tenant.member(user)
    stored = [tenant.files.get(one) for one in file_ids]
    if any(one is None or one.user != user or one.content is None for one in stored):
        raise PageError("This file is not here any more. Choose it again.", 404)
    if stored and chat.kind != "personal":
        raise PageError("Files reach the app in the personal chat only.")
    if not text.strip() and not stored:
        raise PageError("Write something first.")
    if len(text) > LONGEST:
        raise PageError("This message is too long for Teams.")
    if slash and chat.kind == "personal":
        slash = False  # Teams aims messages at the app only where others would see them
    attachments = [files.as_attachment(tenant, one) for one in stored if one is not None]
    shown = {"text": f"@{tenant.bot_name} {text}" if mention else text, "attachments": attachments}
    post = tenant.post(chat, shown, user=user, only_for=user if slash else None)
    if not chat.has_bot or (chat.kind != "personal" and not (mention or slash)):
        return Outcome()
    activity = activities.message(tenant, chat, member, post, text.strip(), mention=mention, slash=slash)
    return await _bring(tenant, chat, user, activity)


async def _bring(tenant: Tenant, chat: Chat, user: str, activity: Json) -> Outcome:
    try:
        await tenant.courier.message(activity)
    except NoAnswerError as error:
        sentence = f"{TROUBLE} ({error.code})"
        tenant.post(chat, {"text": sentence}, only_for=user, failure=True)
        return Outcome(sentence)
    return Outcome()


async def press(
    tenant: Tenant, user: str, post_id: str, number: int, given: Mapping[str, Any], card: int = 0
) -> Outcome:
    """Press a button of a message. number: which of the card's actions; given: what stands in its inputs."""
    chat, post = tenant.visible(user, post_id)
    if card >= len(post.cards):
        raise PageError("That card is no longer there.", 404)
    action = cards.action_at(post.cards[card], number)
    held, wrong = cards.gathered(post.cards[card], action, given)
    if wrong:
        return Outcome(errors=wrong)
    data = _merged(action.get("data", {}), held)
    if action["type"] == "Action.Execute":
        return await _execute(tenant, chat, user, post, action, data)
    if isinstance(data, dict) and data.get("msteams", {}).get("type") == "task/fetch":
        return await _fetch(tenant, chat, user, post, data)
    return await _bring(
        tenant, chat, user, activities.submitted(tenant, chat, tenant.member(user), post, data)
    )


def _merged(data: object, held: Json) -> Any:
    return {**data, **held} if isinstance(data, dict) else held or data


async def _execute(tenant: Tenant, chat: Chat, user: str, post: Post, action: Json, data: Any) -> Outcome:
    told: Json = {"type": "Action.Execute", "data": data}
    told |= {name: action[name] for name in ("id", "title", "verb") if name in action}
    value = {"action": told, "trigger": "manual"}
    activity = activities.invoke(
        tenant, chat, tenant.member(user), "adaptiveCard/action", value, reply_to=post.id
    )
    try:
        answer = await tenant.courier.invoke(activity)
    except NoAnswerError as error:
        return Outcome(f"{TROUBLE} ({error.code})")
    return _after_execute(tenant, chat, user, post, answer.body or {})


def _after_execute(tenant: Tenant, chat: Chat, user: str, post: Post, body: Json) -> Outcome:
    kind, value = body.get("type"), body.get("value")
    if cards.nulls_in(body) is not None:
        return Outcome(f"{WRONG} The app's answer has null at {cards.nulls_in(body)}.")
    if kind == cards.ADAPTIVE:
        faults = cards.faults_of(value)
        if faults:
            return Outcome(f"{WRONG} {' '.join(faults)}")
        post.activity = post.activity | {"attachments": [{"contentType": cards.ADAPTIVE, "content": value}]}
        tenant.changes.tell()
        return Outcome()
    if kind == "application/vnd.microsoft.activity.message" and isinstance(value, str):
        tenant.post(chat, {"text": value}, only_for=user)
        return Outcome()
    if kind == "application/vnd.microsoft.error" and isinstance(value, dict):
        return Outcome(str(value.get("message") or WRONG))
    return Outcome(f"{WRONG} The app's answer was of no known kind.")


async def _fetch(tenant: Tenant, chat: Chat, user: str, post: Post, data: Json) -> Outcome:
    value = {"data": data, "context": {"theme": "default"}}
    activity = activities.invoke(tenant, chat, tenant.member(user), "task/fetch", value, reply_to=post.id)
    return await _ask(tenant, Dialog("", user, chat.id, "", {}, reply_to=post.id), activity, first=True)


async def open_extension(tenant: Tenant, user: str, chat_id: str, command: str, post_id: str = "") -> Outcome:
    """Use a command of the app's message extension, from the box for writing or (post_id) on a message."""
    chat = tenant.chat(user, chat_id)
    offered = {one["id"]: one for one in extension_commands(tenant)}
    context = "message" if post_id else "compose"
    if command not in offered or context not in offered[command].get("context", ["compose", "commandBox"]):
        raise PageError("The app has no such command here.", 404)
    value: Json = {"commandId": command, "commandContext": context, "context": {"theme": "default"}}
    if post_id:
        value["messagePayload"] = _payload(tenant, tenant.visible(user, post_id)[1])
    activity = activities.invoke(tenant, chat, tenant.member(user), "composeExtension/fetchTask", value)
    about = value.get("messagePayload")
    return await _ask(tenant, Dialog("", user, chat.id, "", {}, command, about), activity, first=True)


def extension_commands(tenant: Tenant) -> list[Json]:
    """The commands of the app's message extensions, from its manifest."""
    return [one for each in tenant.manifest.get("composeExtensions", []) for one in each.get("commands", [])]


def _payload(tenant: Tenant, post: Post) -> Json:
    sender: Json = {"application": {"id": tenant.bot_id, "displayName": tenant.bot_name}}
    if post.user:
        member = tenant.member(post.user)
        sender = {"user": {"id": member.object_id, "displayName": member.name, "userIdentityType": "aadUser"}}
    content = str(post.activity.get("text", ""))
    return {
        "id": post.id,
        "messageType": "message",
        "createdDateTime": post.at.isoformat(),
        "from": sender,
        "body": {"contentType": "html", "content": content},
        "attachments": [],
    }


async def submit(tenant: Tenant, user: str, number: int, given: Mapping[str, Any]) -> Outcome:
    """Press a button of the open dialog."""
    dialog = tenant.dialogs.get(user)
    if dialog is None:
        raise PageError("That form is closed. Open it again from where you came.", 404)
    action = cards.action_at(dialog.card, number)
    held, wrong = cards.gathered(dialog.card, action, given)
    if wrong:
        dialog.errors = wrong
        tenant.changes.tell()
        return Outcome(errors=wrong)
    data = _merged(action.get("data", {}), held)
    chat, member = tenant.chat(user, dialog.chat), tenant.member(user)
    value: Json = {"data": data, "context": {"theme": "default"}}
    name = "task/submit"
    if dialog.command:
        name = "composeExtension/submitAction"
        value |= {"commandId": dialog.command, "commandContext": "message" if dialog.about else "compose"}
        if dialog.about:
            value["messagePayload"] = dialog.about
    activity = activities.invoke(tenant, chat, member, name, value, reply_to=dialog.reply_to)
    return await _ask(tenant, dialog, activity, first=False)


async def _ask(tenant: Tenant, dialog: Dialog, activity: Json, *, first: bool) -> Outcome:
    try:
        answer = await tenant.courier.invoke(activity, empty_is_fine=not first)
    except NoAnswerError as error:
        return Outcome(f"{TROUBLE} ({error.code})")
    return _after_asking(tenant, dialog, answer)


def _after_asking(tenant: Tenant, dialog: Dialog, answer: Answer) -> Outcome:
    """Show what the app wants to be shown: a next card, a closing sentence, or nothing any more."""
    if dialog.id and tenant.dialogs.get(dialog.user) is not dialog:
        return Outcome()  # It was closed while the app was thinking.
    body = answer.body or {}
    at = cards.nulls_in(body)
    if at is not None:
        return Outcome(f"{WRONG} The app's answer has null at {at}.")
    task = body.get("task")
    if task is None:
        tenant.dialogs.pop(dialog.user, None)
    elif task.get("type") == "message":
        tenant.dialogs.pop(dialog.user, None)
        if task.get("value"):
            _show(tenant, dialog, str(task["value"]), {})
    elif task.get("type") == "continue":
        info = task.get("value", {})
        attached = info.get("card", {})
        faults = cards.faults_of(attached.get("content"), in_dialog=True)
        if attached.get("contentType") != cards.ADAPTIVE:
            faults = ["A dialog shows an Adaptive Card."]
        if faults:
            return Outcome(f"{WRONG} {' '.join(faults)}")
        _show(tenant, dialog, str(info.get("title", "")), attached["content"])
    else:
        return Outcome(f"{WRONG} The app's answer was of no known kind.")
    tenant.changes.tell()
    return Outcome()


def _show(tenant: Tenant, dialog: Dialog, title: str, card: Json) -> None:
    """A dialog anew under an id of its own, since all that stood in it is gone. A sentence alone has no card; it is the title."""
    identity = secrets.token_hex(5)
    tenant.dialogs[dialog.user] = Dialog(
        identity, dialog.user, dialog.chat, title, card, dialog.command, dialog.about, dialog.reply_to
    )


def close(tenant: Tenant, user: str) -> Outcome:
    """Close the dialog; Teams tells the app nothing of it."""
    if tenant.dialogs.pop(user, None) is not None:
        tenant.changes.tell()
    return Outcome()


async def consent(tenant: Tenant, user: str, post_id: str, *, accepted: bool) -> Outcome:
    """Take a file that the app offers, or refuse it. The card goes either way, as in Teams."""
    chat, post = tenant.visible(user, post_id)
    offered = [one for one in post.activity.get("attachments", []) if one["contentType"] == files.CONSENT]
    if not offered:
        raise PageError("This message offers no file.", 404)
    content = offered[0]["content"]
    context = content.get("acceptContext" if accepted else "declineContext")
    value: Json = {"type": "fileUpload", "action": "accept" if accepted else "decline", "context": context}
    if accepted:
        stored = tenant.store(user, offered[0]["name"], None, content["sizeInBytes"])
        value["uploadInfo"] = files.upload_info(tenant, stored)
    activity = activities.invoke(
        tenant, chat, tenant.member(user), "fileConsent/invoke", value, reply_to=post.id
    )
    try:
        await tenant.courier.invoke(activity, empty_is_fine=True)
    except NoAnswerError as error:
        return Outcome(f"{TROUBLE} ({error.code})")
    return Outcome()


async def install(tenant: Tenant, user: str, chat_id: str, *, added: bool) -> Outcome:
    """Add the app to a chat, or take it out."""
    chat, member = tenant.chat(user, chat_id), tenant.member(user)
    chat.has_bot = added
    tenant.changes.tell()
    for activity in activities.installed(tenant, chat, member, added=added):
        try:
            await tenant.courier.message(activity)
        except NoAnswerError as error:
            return Outcome(f"{TROUBLE} ({error.code})")
    return Outcome()
