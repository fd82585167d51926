"""Cards and forms as Adaptive Cards: messages, and the dialogs that buttons open. Pure: the same card and mark give the same payload.

Whatever the card or form, the payload keeps below what Teams takes; what had to be left out is said in a sentence, and buttons stay
when words must go. A message may have about 100 KB (learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages).
No member is ever null: clients trip over that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.fitting import Piece, Room, fit
from bot.teams.elements import INPUT, LABEL, OURS, Acting, act, draw, heading, lines
from bot.teams.inputs import chosen, draw_input, values_of
from bot.words import Json, clean, compact, cut
from commands.vocabulary import Buttons, Card, Filled, Form, Input, Kind, Part, Press

VERSION = "1.5"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
ROOM = Room(1000, 76_000)
"""What a card takes: below the 80 KB for which one should aim, with what stands around it."""
OPTIONS = 50_000
"""How many bytes the options of all inputs of a form may take."""
CLOSE = "Close"
CANCEL = "Cancel"
AGAIN = "Send again"
MORE_THAN_FITS = (
    "There is more than fits here. To see a challenge in full, write “show” and its reference to challenge-bot; "
    "to see them all, write “list”."
)


@dataclass(frozen=True)
class Attached:
    """A file that came with the message from which a form was opened: its name and where Teams keeps it."""

    name: str
    address: str


NO_FILES: Mapping[str, Attached] = {}


def message(card: Card, mark: str, key: str = "", *, inline: bool = False) -> Json:
    """The Adaptive Card of a message. mark: of this drawing, key: of the message if it is one of the outbox, inline: see `elements.Acting`."""
    return _adaptive(
        _fitted([("", part) for part in card.parts], card.title, Acting(mark, key, inline=inline))
    )


def opener(title: str, sentence: str, label: str, ours: Json) -> Json:
    """A message with one button that opens a dialog; `ours` says what is in it. Without a label there is no button."""
    body = [heading(title, large=True), *lines(sentence)]
    if label:
        action = act(cut(label, LABEL), ours, opens=True) | {"style": "positive"}
        body.append({"type": "ActionSet", "actions": [action]})
    return _adaptive(body)


def again(sentence: str, data: Mapping[str, Any], *, inline: bool = False) -> Json:
    """In place of a form that could not be saved now: the reason, and a button that sends the same once more, with all that was typed."""
    beside = {name: value for name, value in data.items() if name.startswith(INPUT)}
    send = act(AGAIN, dict(ours_in(data)), beside, at_once=inline) | {"style": "positive"}
    return _window("Please send it again", lines(sentence, strong=True), [send, _close(CLOSE, inline)])


def summary(card: Card) -> str:
    """All that a notification shows of a message."""
    words = " ".join(clean(card.preview or card.title).split())
    return cut(words, 300) or "challenge-bot"


def dialog(
    shown: Form | Card,
    mark: str,
    *,
    mistakes: Mapping[str, str] | None = None,
    attached: Attached | None = None,
    inline: bool = False,
) -> Json:
    """A form, or a card to read, as the value of a task module: title, size and card. inline: the card will stand as a message.

    mark: of this dialog, the same from its opening to its end. mistakes: sentences by the input's name; what belongs to no input on the
    form stands on top.
    """
    if isinstance(shown, Card):
        parts: list[tuple[str, Input | Part]] = [("", part) for part in shown.parts]
        title = shown.title if inline else ""  # else the window has it
        body = _fitted(parts, title, Acting(mark, in_dialog=True, inline=inline))
        actions = [_close(CLOSE, inline)]
    else:
        body, actions = _form(shown, mark, mistakes or {}, attached, inline)
    return _window(shown.title, body, actions)


def submission_key(mark: str, filled: Filled) -> str:
    """The same for every delivery and every repeated click of one form, whatever was corrected in between. Another form that takes its
    place in the same dialog has another key."""
    carried = compact({"command": filled.command, "context": dict(filled.context)})
    return f"form:{mark}:{hashlib.blake2b(carried.encode(), digest_size=8).hexdigest()}"


def press_key(mark: str, press: Press) -> str:
    """The same for every delivery of one press, and for a second press of the same drawing of a button."""
    carried = compact([press.command, dict(press.arguments)])
    return f"press:{mark}:{hashlib.blake2b(carried.encode(), digest_size=8).hexdigest()}"


def ours_in(data: object) -> Mapping[str, Any]:
    """What is ours in the data of an action; empty where there is nothing."""
    found = data.get(OURS) if isinstance(data, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def pressed(ours: Mapping[str, Any], data: Mapping[str, Any]) -> Press | None:
    """The button behind an action; None where it is none of ours."""
    arguments = ours.get("a")
    if not isinstance(ours.get("c"), str) or not isinstance(arguments, Mapping):
        return None
    form = filled(ours, data) if "f" in ours else None
    return Press(ours["c"], {str(name): str(value) for name, value in arguments.items()}, form)


def filled(ours: Mapping[str, Any], data: Mapping[str, Any]) -> Filled | None:
    """The form on somebody's screen with what has been put in; None where it is none of ours."""
    form = ours.get("f")
    if not isinstance(form, Mapping) or not isinstance(form.get("c"), str):
        return None
    context, names = form.get("x"), {word: form.get(word) for word in ("i", "t", "o")}
    if not isinstance(context, Mapping) or not all(_are_names(each) for each in names.values()):
        return None
    values = chosen(values_of(data, names["i"] or (), names["t"] or ()), names["o"] or ())
    if (file := attached_in(ours)) is not None:
        values |= dict.fromkeys((str(each) for each in form.get("u") or ()), file.name)
    return Filled(form["c"], {str(name): str(value) for name, value in context.items()}, values)


def files_of(ours: Mapping[str, Any]) -> list[str]:
    """The names of the inputs for files on the form."""
    form = ours.get("f")
    names = form.get("u") if isinstance(form, Mapping) else None
    return [str(name) for name in names] if _are_names(names) and isinstance(names, list) else []


def attached_in(ours: Mapping[str, Any]) -> Attached | None:
    """The file that an action carries along."""
    form = ours.get("f")
    found = (form if isinstance(form, Mapping) else ours).get("file")
    if not isinstance(found, Mapping) or not isinstance(found.get("address"), str):
        return None
    return Attached(clean(str(found.get("name") or ""))[:200], found["address"])


def carried(attached: Attached | None) -> Json:
    """A file as an action carries it along."""
    return {} if attached is None else {"file": {"name": attached.name, "address": attached.address}}


def _form(
    form: Form, mark: str, mistakes: Mapping[str, str], attached: Attached | None, inline: bool
) -> tuple[list[Json], list[Json]]:
    inputs = form.inputs
    ours: Json = {
        "c": form.command,
        "x": dict(form.context),
        "m": mark,
        "i": [each.name for each in inputs if each.kind is not Kind.FILE],
        "t": [each.name for each in inputs if each.kind is Kind.TICKS],
        "o": [each.name for each in inputs if each.kind in (Kind.CHOICE, Kind.LIST)],
    } | carried(attached)
    if files := [each.name for each in inputs if each.kind is Kind.FILE]:
        ours["u"] = files
    names = {each.name for each in inputs}
    body = _fitted(
        [(mistakes.get(part.name, "") if isinstance(part, Input) else "", part) for part in form.parts],
        form.title if inline else "",
        Acting(mark, form=ours, in_dialog=True, inline=inline),
        attached,
    )
    general = dict.fromkeys(sentence for name, sentence in mistakes.items() if name not in names)
    on_top = [line for sentence in general for line in lines(sentence, wrong=True)]
    actions: list[Json] = []
    if inputs:
        title = cut(form.submit, 40) or "Send"
        actions.append(act(title, {"do": "send", "f": ours}, at_once=inline) | {"style": "positive"})
    actions.append(_close(CANCEL if inputs else CLOSE, inline))
    return [*on_top, *body], actions


def _fitted(
    parts: Sequence[tuple[str, Input | Part]], title: str, acting: Acting, attached: Attached | None = None
) -> list[Json]:
    """The elements of the parts, each with what is wrong with it, in groups that end with buttons."""
    many = sum(isinstance(part, Input) and bool(part.options) for _, part in parts)
    room = OPTIONS // max(1, many)
    groups: list[list[Piece]] = [[Piece.of(heading(title, large=True))]] if title else [[]]
    for mistake, part in parts:
        if isinstance(part, Input):
            drawn = draw_input(part, room, acting, mistake, attached.name if attached else "")
        else:
            drawn = draw(part, acting)
        stays = isinstance(part, Input | Buttons)
        groups[-1] += [Piece.of(element, stays=stays) for element in drawn]
        if isinstance(part, Buttons):
            groups.append([])
    (notice,) = lines(MORE_THAN_FITS)
    return fit([group for group in groups if group], ROOM, Piece.of(notice)) or lines(
        "There is nothing to show."
    )


def _window(title: str, body: list[Json], actions: list[Json]) -> Json:
    return {
        "title": cut(title, 60) or "Challenge",
        "width": "medium",
        "height": "large",
        "card": {"contentType": CONTENT_TYPE, "content": _adaptive(body) | {"actions": actions}},
    }


def _close(title: str, inline: bool) -> Json:
    return act(title, {"do": "close"}, at_once=inline)


def _adaptive(body: list[Json]) -> Json:
    return {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": VERSION,
        "msteams": {"width": "Full"},
        "body": body,
    }


def _are_names(found: object) -> bool:
    return found is None or (isinstance(found, list) and all(isinstance(each, str) for each in found))


def marked(*words: Iterable[str] | str) -> str:
    """A short mark made of words: the same for the same ones."""
    return hashlib.blake2b(compact([str(word) for word in words]).encode(), digest_size=9).hexdigest()
