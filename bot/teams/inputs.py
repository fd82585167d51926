"""The inputs of a form as Adaptive Cards' inputs, and what was put in as the vocabulary's values.

Nothing is marked as required there: Teams would then hold back "Update this form" and every other button too, and the program says
itself what is missing. Teams tells of no change in an input as it happens; behind an input that redraws its form stands a button.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

from bot.teams.elements import INPUT, LABEL, NOTHING, Acting, act, lines
from bot.words import Json, clean, cut, iso_date, iso_time, size, units
from commands.vocabulary import Input, Kind, Option, Value

IN_VIEW = 10
"""Options that are all shown; more of them stand in a list that can be searched."""
TYPED = 3000
EMPTY_VALUE = "(none)"
"""Stands for an option whose value is empty, which could not be told from nothing chosen."""
UPDATE = "Update this form"
ATTACH = (
    "In Teams a file is not put in here. Close this, write “{command} import” to challenge-bot in your own chat with it, and attach the file "
    "to that message."
)


def draw_input(entry: Input, room: int, acting: Acting, mistake: str = "", attached: str = "") -> list[Json]:
    """One input, what is wrong with it above. `room`: how many bytes its options may take; where they take more, a sentence says so.
    `attached`: the name of the file that came with the message from which the form was opened."""
    form = dict(acting.form or {})
    above = lines(mistake, wrong=True)
    title = f"{cut(entry.title, 300) or NOTHING}{'' if entry.required else ' (optional)'}"
    if entry.kind is Kind.FILE:
        return [*above, *_file(title, str(form.get("c", "")), attached)]
    if entry.kind in (Kind.CHOICE, Kind.LIST, Kind.TICKS):
        if not entry.options:
            return [*above, *lines(f"{title}: there is nothing to choose from.")]
        element, note = _choosing(entry, room)
    elif entry.kind in (Kind.LINE, Kind.TEXT):
        element, note = _typing(entry)
    else:
        element, note = _picking(entry), ""
    element = {"id": INPUT + entry.name, "label": title, **element}
    below = lines(f"{entry.hint} {note}".strip(), small=True)
    if entry.redraws:
        action = act(UPDATE, {"do": "redraw", "f": form}, at_once=acting.inline)
        below.append({"type": "ActionSet", "actions": [action]})
    return [*above, element, *below]


def values_of(data: Mapping[str, object], shown: Iterable[str], ticks: Iterable[str]) -> dict[str, Value]:
    """What stands in the inputs that the form showed. An input that was left empty is None, as is one that Teams left out."""
    several = set(ticks)
    values: dict[str, Value] = {}
    for name in shown:
        text = data.get(INPUT + name)
        words = clean(text) if isinstance(text, str) else ""
        if name in several:
            values[name] = tuple(_plain(each) for each in words.split(",") if each)
        else:
            values[name] = None if not words.strip() else words
    return values


def chosen(values: Mapping[str, Value], choices: Iterable[str]) -> dict[str, Value]:
    """The values, with those of the inputs in which one thing is chosen read back from what an option carries."""
    wanted = set(choices)
    return {
        name: _plain(value) if name in wanted and isinstance(value, str) else value
        for name, value in values.items()
    }


def _typing(entry: Input) -> tuple[Json, str]:
    initial = clean(entry.initial) if isinstance(entry.initial, str) else ""
    element: Json = {"type": "Input.Text"}
    if entry.kind is Kind.TEXT or "\n" in initial:
        element["isMultiline"] = True
    note = ""
    if units(initial) > TYPED:
        initial, note = cut(initial, TYPED), f"Only the first {TYPED:,} characters fit here."
    if initial:
        element["value"] = initial
    limit = TYPED if entry.max_length is None else min(TYPED, max(1, entry.max_length, units(initial)))
    element["maxLength"] = limit
    _add_placeholder(element, entry)
    return element, note


def _choosing(entry: Input, room: int) -> tuple[Json, str]:
    shown, note = _within(entry.options, room)
    several = entry.kind is Kind.TICKS
    element: Json = {"type": "Input.ChoiceSet", "wrap": True, "choices": [_choice(each) for each in shown]}
    if several:
        element["isMultiSelect"] = True
    if entry.kind is not Kind.LIST and len(entry.options) <= IN_VIEW:
        element["style"] = "expanded"
    else:
        element["style"] = "compact" if several or len(entry.options) <= IN_VIEW else "filtered"
        _add_placeholder(element, entry)
    wanted = entry.initial if isinstance(entry.initial, tuple) else (entry.initial,)
    initial = [_carried(each.value) for each in shown if each.value in wanted]
    if initial:
        element["value"] = ",".join(initial) if several else initial[0]
    return element, note


def _picking(entry: Input) -> Json:
    initial = entry.initial if isinstance(entry.initial, str) else ""
    if entry.kind is Kind.DATE:
        element, value = {"type": "Input.Date"}, iso_date(initial)
    else:
        element, value = {"type": "Input.Time"}, iso_time(initial)
    return element | ({"value": value} if value else {})


def _file(title: str, command: str, attached: str) -> list[Json]:
    words = lines(f"{title}:", strong=True)
    if attached:
        return [*words, *lines(f"{attached}, attached to your message.")]
    return [*words, *lines(ATTACH.format(command=command))]


def _within(options: tuple[Option, ...], room: int) -> tuple[list[Option], str]:
    shown: list[Option] = []
    for option in options:
        room -= size(_choice(option)) + 1
        if room < 0 and shown:
            return shown, f"Only the first {len(shown):,} of {len(options):,} fit here."
        shown.append(option)
    return shown, ""


def _choice(option: Option) -> Json:
    label = cut(option.label, LABEL) or NOTHING
    if description := cut(option.description, LABEL):
        label = f"{label} – {description}"
    return {"title": label, "value": _carried(option.value)}


def _carried(value: str) -> str:
    """A value as an option carries it: several are told apart by commas."""
    return quote(value, safe=" :/@()'") or EMPTY_VALUE


def _plain(value: str) -> str:
    return "" if value == EMPTY_VALUE else unquote(value)


def _add_placeholder(element: Json, entry: Input) -> None:
    if placeholder := cut(entry.placeholder, 150):
        element["placeholder"] = placeholder
