"""What people read in Teams on a message or in a dialog: the words of an Adaptive Card, its buttons by their labels, its inputs by theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.playground.teams.cards import actions_of
from tests.journeys.reading import Json, nth_of

OPTIONAL = " (optional)"


@dataclass(frozen=True)
class CardButton:
    """A button. number: which of the card's actions it is; asked: it stands behind a question that is answered with yes."""

    label: str
    hint: str
    number: int
    action: Json
    asked: bool = False


@dataclass(frozen=True)
class CardField:
    """An input of a dialog. updates: the number of the button beneath it that draws the form anew, if there is one."""

    label: str
    element: Json
    optional: bool
    hint: str
    wrong: str = ""
    updates: int | None = None

    @property
    def choices(self) -> dict[str, str]:
        """The labels that can be chosen, each with the value behind it."""
        return {one["title"]: one["value"] for one in self.element.get("choices", [])}

    def value_for(self, given: Any) -> str:
        """What stands in the input when a person puts this in: a text, an option's label or several, "Monday 2026-11-23", "14:30"."""
        if self.element["type"] == "Input.ChoiceSet":
            several = [given] if isinstance(given, str) else list(given)
            return ",".join(self._choice(each) for each in several)
        text = "" if given is None else str(given)
        return text.split()[-1] if self.element["type"] == "Input.Date" and text else text

    def _choice(self, label: str) -> str:
        # In Teams a description stands behind an option's label.
        found = [
            value for name, value in self.choices.items() if name == label or name.startswith(f"{label} – ")
        ]
        if not found:
            raise AssertionError(f"{self.label!r} offers {list(self.choices)}, not {label!r}.")
        return found[0]


@dataclass(frozen=True)
class Carded:
    """A message or a dialog in Teams as one person sees it. surface: the message's id, or the dialog's."""

    surface: str
    cards: list[Json]
    title: str = ""
    words: str = ""
    preview: str = ""
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All its words, a line for each piece; buttons and inputs left out."""
        said = [line for card in self.cards for line in lines(card.get("body", []))]
        return "\n".join([one for one in (self.title, self.words) if one] + said)

    @property
    def buttons(self) -> list[CardButton]:
        """Its buttons, in order; one that asks first is the one behind its question."""
        return [one for card in self.cards for one in _buttons(card)]

    @property
    def labels(self) -> list[str]:
        """The words on its buttons."""
        return [one.label for one in self.buttons]

    @property
    def fields(self) -> list[CardField]:
        """Its inputs, in order."""
        return [one for card in self.cards for one in _fields(card)]

    def button(self, label: str) -> CardButton:
        """The button with these words, or with these words for screen readers."""
        for one in self.buttons:
            if label in (one.label, one.hint):
                return one
        raise AssertionError(f"There is no button {label!r} among {self.labels} on:\n{self.text}")

    def field(self, label: str) -> CardField:
        """The input with this label; "With whom? (2)" is the second of that name."""
        return nth_of(self.fields, label)

    def holds(self, label: str) -> Any:
        """What has been put into an input so far."""
        found = self.field(label)
        value = self.typed.get(found.element["id"], found.element.get("value", ""))
        if found.element.get("isMultiSelect"):
            return [one for one in value.split(",") if one]
        return value or None


def _buttons(card: Json) -> Iterator[CardButton]:
    numbers = {id(action): number for number, action in enumerate(actions_of(card))}
    inner = {id(one) for action in actions_of(card) for one in action.get("card", {}).get("actions", [])}
    for action in actions_of(card):
        if id(action) in inner:
            continue
        told = action
        if action["type"] == "Action.ShowCard":
            told = action["card"]["actions"][0]
        number = numbers[id(told)]
        yield CardButton(action["title"], action.get("tooltip", ""), number, told, told is not action)


def _fields(card: Json) -> Iterator[CardField]:
    numbers = {id(action): number for number, action in enumerate(actions_of(card))}
    body = card.get("body", [])
    for place, element in enumerate(body):
        if not element["type"].startswith("Input."):
            continue
        after, hint, updates = body[place + 1 :], "", None
        if after and _is_small(after[0]):
            hint, after = "\n".join(lines([after[0]])), after[1:]
        if (
            after
            and after[0]["type"] == "ActionSet"
            and after[0]["actions"][0]["title"] == "Update this form"
        ):
            updates = numbers[id(after[0]["actions"][0])]
        label = element["label"]
        yield CardField(
            label.removesuffix(OPTIONAL),
            element,
            label.endswith(OPTIONAL),
            hint,
            _wrong(body[place - 1]) if place else "",
            updates,
        )


def _is_small(element: Json) -> bool:
    runs = element.get("inlines", [])
    return element["type"] == "RichTextBlock" and all(run.get("isSubtle") for run in runs)


def _wrong(element: Json) -> str:
    runs = element.get("inlines", [])
    attention = element["type"] == "RichTextBlock" and all(run.get("color") == "Attention" for run in runs)
    return "".join(run["text"] for run in runs) if attention else ""


def lines(body: list[Json]) -> Iterator[str]:
    """The words of elements, a line for each block of text."""
    for element in body:
        kind = element["type"]
        if kind == "TextBlock":
            yield element["text"]
        elif kind == "RichTextBlock":
            yield "".join(run if isinstance(run, str) else run["text"] for run in element["inlines"])
        elif kind == "FactSet":
            yield from (f"{fact['title']} {fact['value']}" for fact in element["facts"])
        for name in ("items", "columns"):
            yield from lines(element.get(name, []))
