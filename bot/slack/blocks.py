"""The parts of a card as Slack's blocks, each within the limits of docs.slack.dev/reference/block-kit/blocks.

Words that people typed stand in plain_text and rich_text, in which Slack reads no markup; the labels of facts
alone are mrkdwn, for the bold, and are escaped.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from bot.slack.text import bold, plain
from bot.words import Json, clean, compact, cut, split, units
from commands.vocabulary import (
    Bullets,
    Button,
    Buttons,
    Confirm,
    Divider,
    Facts,
    Heading,
    Link,
    Paragraph,
    Part,
    Preformatted,
    Quotation,
    Small,
    Style,
)

_T = TypeVar("_T")

SECTION = 3000
FIELD = 2000
HEADER = 150
LABEL = 75
VALUE = 2000
MENU_VALUE = 150
MENU = 5
ROW = 25
FIELDS = 10
IDENTIFIER = 255

NOTHING = "–"
"""What stands where a value is empty: Slack refuses empty text."""


class DoesNotFit(ValueError):
    """What a button or a form carries unseen is longer than Slack takes, and cannot be cut as words can. Carry ids."""


def draw(part: Part, numbers: Iterator[int]) -> list[Json]:
    """One part as blocks; `numbers` tells the buttons of a surface apart.

    Raises DoesNotFit for a button's arguments.
    """
    match part:
        case Heading(text):
            return _heading(text)
        case Paragraph(text, strong):
            return [_strong(piece) if strong else section(piece) for piece in split(text, SECTION)]
        case Small(text):
            return [{"type": "context", "elements": [plain(piece)]} for piece in split(text, FIELD)]
        case Quotation(label, text):
            return _quotation(label, text)
        case Facts():
            return _facts(part)
        case Bullets(items):
            return _bullets(items)
        case Preformatted(text):
            return [_rich("rich_text_preformatted", piece) for piece in split(text, SECTION)]
        case Link(label, address):
            return [_link(label, address)]
        case Buttons():
            return _buttons(part, numbers)
        case Divider():
            return [{"type": "divider"}]


def heading(text: str) -> Json:
    """A header block."""
    return {"type": "header", "text": plain(cut(text, HEADER) or NOTHING)}


def section(text: str) -> Json:
    """Plain words of at most 3,000 characters."""
    return {"type": "section", "text": plain(text)}


def confirmation(confirm: Confirm) -> Json:
    """The question before a button is carried out (title 100, text 300, its buttons 30 characters)."""
    return {
        "title": plain(cut(confirm.title, 100) or NOTHING),
        "text": plain(cut(confirm.text, 300) or NOTHING),
        "confirm": plain(cut(confirm.yes, 30) or NOTHING),
        "deny": plain(cut(confirm.no, 30) or NOTHING),
    }


def press_id(command: str, number: int) -> str:
    """The action_id of a button. Raises DoesNotFit for a command's name beyond Slack's 255 characters."""
    action_id = f"press:{command}:{number}"
    if units(action_id) > IDENTIFIER:
        raise DoesNotFit(f"The command's name has {len(command)} characters; about 240 are possible.")
    return action_id


def pressed(action: Mapping[str, object]) -> tuple[str, dict[str, str]] | None:
    """The command and arguments behind an action that Slack reports; None where it is no button of ours."""
    chosen = action.get("selected_option")
    try:
        if isinstance(chosen, Mapping):
            command, arguments = json.loads(str(chosen["value"]))
        else:
            command = str(action["action_id"]).removeprefix("press:").rpartition(":")[0]
            arguments = json.loads(str(action["value"]))
        return str(command), {str(name): str(value) for name, value in arguments.items()}
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def _heading(text: str) -> list[Json]:
    text = " ".join(clean(text).split())
    if not text:
        return []
    if units(text) <= HEADER:
        return [heading(text)]
    return [heading(text), *(_strong(piece) for piece in split(text, SECTION))]


def _strong(text: str) -> Json:
    return {"type": "rich_text", "elements": [_element("rich_text_section", text, strong=True)]}


def _quotation(label: str, text: str) -> list[Json]:
    label = cut(label, HEADER)
    pieces = list(split(text, SECTION - HEADER)) or [NOTHING]
    blocks = [_rich("rich_text_quote", piece) for piece in pieces]
    if label:
        blocks[0]["elements"].insert(0, _element("rich_text_section", label, strong=True))
    return blocks


def _facts(facts: Facts) -> list[Json]:
    """Label beside value, five pairs a section: columns on a wide screen, label above value on a narrow one."""
    pairs: list[tuple[str, str]] = []
    for fact in facts.items:
        label = cut(fact.label, HEADER) or NOTHING
        first, *more = list(split(fact.value, FIELD)) or [NOTHING]
        pairs += [(label, first), *((f"{label} (continued)", piece) for piece in more)]
    fields = [field for label, value in pairs for field in (bold(label), plain(value))]
    return [{"type": "section", "fields": row} for row in _rows(fields, FIELDS)]


def _bullets(items: Iterable[str]) -> list[Json]:
    """Lists of as many items as a block of 3,000 characters holds."""
    blocks: list[Json] = []
    room = 0
    for piece in itertools.chain.from_iterable(split(item, SECTION) for item in items):
        if not blocks or units(piece) > room:
            bullets: Json = {"type": "rich_text_list", "style": "bullet", "elements": []}
            blocks.append({"type": "rich_text", "elements": [bullets]})
            room = SECTION
        bullets["elements"].append(_element("rich_text_section", piece))
        room -= units(piece)
    return blocks


def _rich(kind: str, text: str) -> Json:
    return {"type": "rich_text", "elements": [_element(kind, text)]}


def _link(label: str, address: str) -> Json:
    link: Json = {"type": "link", "url": address, "text": cut(label, LABEL) or NOTHING}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [link]}]}


def _element(kind: str, text: str, *, strong: bool = False) -> Json:
    run: Json = {"type": "text", "text": text}
    if strong:
        run["style"] = {"bold": True}
    return {"type": kind, "elements": [run]}


def _buttons(buttons: Buttons, numbers: Iterator[int]) -> list[Json]:
    """Rows of buttons, then the menu.

    What the menu cannot hold (a question first, long arguments, a sixth entry) is a button too: better one button
    more than one that is missing.
    """
    menu = [button for button in buttons.more if _fits_menu(button)][:MENU]
    beside = [button for button in buttons.more if button not in menu]
    elements = [_button(button, next(numbers)) for button in (*buttons.items, *beside)]
    if menu:
        elements.append(_menu(menu, next(numbers)))
    return [{"type": "actions", "elements": row} for row in _rows(elements, ROW)]


def _button(button: Button, number: int) -> Json:
    value = compact(dict(button.arguments))
    if units(value) > VALUE:
        raise DoesNotFit(
            f"A “{button.command}” button carries {len(value)} characters; {VALUE} are possible."
        )
    element: Json = {
        "type": "button",
        "text": _label(button),
        "action_id": press_id(button.command, number),
        "value": value,
    }
    if button.style is not Style.PLAIN:
        element["style"] = button.style.value
    if button.confirm:
        element["confirm"] = confirmation(button.confirm)
    if hint := cut(button.hint, LABEL):
        element["accessibility_label"] = hint
    return element


def _label(button: Button) -> Json:
    return plain(cut(button.label, LABEL) or cut(button.command, LABEL) or NOTHING)


def _fits_menu(button: Button) -> bool:
    return button.confirm is None and units(_menu_value(button)) <= MENU_VALUE


def _menu_value(button: Button) -> str:
    return compact([button.command, dict(button.arguments)])


def _menu(entries: list[Button], number: int) -> Json:
    """An overflow menu: unlike a select it lets the same entry be chosen again, and Slack names it to screen readers."""
    options = [{"text": _label(entry), "value": _menu_value(entry)} for entry in entries]
    return {"type": "overflow", "action_id": press_id("more", number), "options": options}


def _rows(things: list[_T], size: int) -> Iterator[list[_T]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]
