"""What people read on a message, a form or the home page: its words, its buttons by their labels, its inputs by theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

Json = dict[str, Any]
_NTH = re.compile(r"(.+) \((\d)\)")


@dataclass(frozen=True)
class Pressable:
    """A button, or an entry of the menu behind it."""

    label: str
    hint: str
    block_id: str
    action_id: str
    value: str | None


@dataclass(frozen=True)
class Field:
    """An input of a form."""

    label: str
    block_id: str
    element: Json
    optional: bool
    hint: str

    @property
    def choices(self) -> dict[str, str]:
        """The labels that can be chosen, each with the value behind it."""
        options = list(self.element.get("options", []))
        for group in self.element.get("option_groups", []):
            options += group["options"]
        return {option["text"]["text"]: option["value"] for option in options}

    def value_for(self, given: Any) -> Any:
        """What must be sent for what a person puts in: a text, an option's label or several, "Monday 2026-11-23", "14:30"."""
        kind = self.element["type"]
        if kind in ("static_select", "radio_buttons"):
            return self._choice(given)
        if kind in ("checkboxes", "multi_static_select"):
            return [self._choice(each) for each in ([given] if isinstance(given, str) else given)]
        return given.split()[-1] if kind == "datepicker" else given

    def _choice(self, label: str) -> str:
        if label not in self.choices:
            raise AssertionError(f"{self.label!r} offers {list(self.choices)}, not {label!r}.")
        return self.choices[label]


@dataclass(frozen=True)
class Shown:
    """A message, a form or a home page as one person sees it."""

    surface: str
    blocks: list[Json]
    preview: str = ""
    body: Json | None = None

    @property
    def text(self) -> str:
        """All its words, a line for each piece; buttons and inputs left out."""
        title = (self.body or {}).get("title") or {}
        return "\n".join([*words(title), *words(self.blocks)])

    @property
    def buttons(self) -> list[Pressable]:
        """Its buttons, those behind "More" included."""
        return [one for block in self.blocks if block["type"] == "actions" for one in _pressable(block)]

    @property
    def labels(self) -> list[str]:
        """The words on its buttons."""
        return [button.label for button in self.buttons]

    @property
    def fields(self) -> list[Field]:
        """Its inputs, in order."""
        return [
            Field(
                block["label"]["text"],
                block["block_id"],
                block["element"],
                bool(block.get("optional")),
                block.get("hint", {}).get("text", ""),
            )
            for block in self.blocks
            if block["type"] == "input"
        ]

    def button(self, label: str) -> Pressable:
        """The button with these words, or with these words for screen readers."""
        for button in self.buttons:
            if label in (button.label, button.hint):
                return button
        raise AssertionError(f"There is no button {label!r} among {self.labels} on:\n{self.text}")

    def field(self, label: str) -> Field:
        """The input with this label; "With whom? (2)" is the second of that name."""
        return nth_of(self.fields, label)

    def holds(self, label: str) -> Any:
        """What has been put into an input so far."""
        field = self.field(label)
        typed = (self.body or {}).get("typed", {})
        return typed.get(field.block_id, {}).get(field.element["action_id"])


class Labelled(Protocol):
    """Something with a label."""

    @property
    def label(self) -> str:
        """Its words."""
        ...


OneField = TypeVar("OneField", bound=Labelled)


def nth_of(fields: Sequence[OneField], label: str) -> OneField:
    """The one with this label; "With whom? (2)" is the second of that name."""
    found = [field for field in fields if field.label == label]
    nth = _NTH.fullmatch(label)
    if not found and nth is not None:
        found = [field for field in fields if field.label == nth[1]][int(nth[2]) - 1 :]
    if not found:
        raise AssertionError(f"There is no input {label!r} among {[f.label for f in fields]}.")
    return found[0]


def _pressable(block: Json) -> Iterator[Pressable]:
    for element in block["elements"]:
        ids = block["block_id"], element["action_id"]
        if element["type"] == "overflow":
            for option in element["options"]:
                yield Pressable(option["text"]["text"], "", *ids, option["value"])
        elif element["type"] == "button":
            yield Pressable(element["text"]["text"], element.get("accessibility_label", ""), *ids, None)


def words(part: Any) -> Iterator[str]:
    """Every text in blocks, whatever they are nested in."""
    if isinstance(part, list):
        for each in part:
            yield from words(each)
    elif isinstance(part, dict):
        if part.get("type") in ("button", "overflow", "input"):
            return
        if isinstance(part.get("text"), str):
            yield part["text"]
        for name, each in part.items():
            if name != "text" or not isinstance(each, str):
                yield from words(each)


def everything(part: Any) -> Iterator[str]:
    """Every text that is shown or sent along: labels, values and what a form carries unseen, too."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list | tuple):
        for each in part:
            yield from everything(each)
    elif isinstance(part, dict):
        for each in part.values():
            yield from everything(each)
