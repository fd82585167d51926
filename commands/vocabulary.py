"""The small, closed vocabulary in which commands speak; each platform draws it in its own way.

A command answers with a `Reply`. What a person reads is a `Card`, what a person fills in is a `Form`. All text is plain:
whoever draws it escapes it. Nothing here knows a chat platform.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from commands.diary import Needed

Value = str | tuple[str, ...] | None
"""What somebody put in one input: a line, a text, an option's value, an ISO date or time, or several options' values."""


class Kind(StrEnum):
    """The inputs a form can have."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    """One of a few options, all of them in view."""
    LIST = "list"
    """One of many options, chosen from a menu."""
    TICKS = "ticks"
    """None, one or several of a few options."""
    DATE = "date"
    TIME = "time"
    FILE = "file"
    """One file from the person's own machine; what is in it comes as an `Upload`."""


@dataclass(frozen=True)
class Option:
    """One thing to choose: `value` is what is sent back, `label` (75 characters at most) what is read."""

    value: str
    label: str
    description: str = ""


@dataclass(frozen=True)
class Input:
    """One input of a form. `redraws` means that the form may look different once this one has been changed."""

    name: str
    title: str
    kind: Kind = Kind.LINE
    required: bool = True
    hint: str = ""
    placeholder: str = ""
    initial: Value = None
    options: tuple[Option, ...] = ()
    max_length: int | None = None
    redraws: bool = False
    endings: tuple[str, ...] = ()
    """For a file: how its name may end, without the dot; empty for any. Check it again: not every platform keeps to it."""


class Style(StrEnum):
    """How a button looks; its words must say what it does without the colour."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True)
class Confirm:
    """A question asked before a button is carried out."""

    title: str
    text: str
    yes: str
    no: str = "Go back"


@dataclass(frozen=True)
class Button:
    """A button: the command it stands for and the words the command gets, as if they had been typed."""

    label: str
    command: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    style: Style = Style.PLAIN
    confirm: Confirm | None = None
    hint: str = ""
    """What a screen reader says, where the label alone does not tell one button from its neighbours."""


@dataclass(frozen=True)
class Heading:
    """A heading inside a card or form, 150 characters at most."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """Plain words; `strong` for the one sentence that must not be missed."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Small:
    """Words of less weight: the sum behind a date, where something came from."""

    text: str


@dataclass(frozen=True)
class Quotation:
    """Somebody's own words under a label, line breaks kept."""

    label: str
    text: str


@dataclass(frozen=True)
class Fact:
    """A label and its value."""

    label: str
    value: str


@dataclass(frozen=True)
class Facts:
    """Labels with their values, in columns where there is room."""

    items: tuple[Fact, ...]


@dataclass(frozen=True)
class Bullets:
    """A list, one line an item."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Preformatted:
    """Text to be copied as it stands."""

    text: str


@dataclass(frozen=True)
class Link:
    """A way to a page elsewhere, such as a meeting to join: `address` is an https address of 2,000 characters at most."""

    label: str
    address: str


@dataclass(frozen=True)
class Buttons:
    """The buttons of a card; those in `more` stand in a menu behind them, named "More"."""

    items: tuple[Button, ...]
    more: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Divider:
    """A line between two things."""


Part = Heading | Paragraph | Small | Quotation | Facts | Bullets | Preformatted | Link | Buttons | Divider


@dataclass(frozen=True)
class File:
    """A file that is handed to one person. Its name holds no detail of the case but the challenge's reference."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Card:
    """Something to read. `preview` is all that a locked telephone shows of it: never a detail of the case.

    With a `file`, the words go along with the file.
    """

    title: str
    parts: tuple[Part, ...]
    preview: str
    file: File | None = None


@dataclass(frozen=True)
class Form:
    """Something to fill in for `command`; `context` comes back with it unseen (the challenge's reference, say).

    `title` has 24 characters at most. `parts` may hold inputs, words and buttons in any order. `needs`: whose calendars it would
    show something of once they have been read; whoever received the request sees to that, and no platform need know.
    """

    command: str
    title: str
    submit: str
    parts: tuple[Input | Part, ...]
    context: Mapping[str, str] = field(default_factory=dict)
    needs: Needed | None = None

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The inputs alone, in order."""
        return tuple(part for part in self.parts if isinstance(part, Input))


@dataclass(frozen=True)
class Upload:
    """A file that somebody has put in. `problem` is the sentence that says why it could not be had; then there is no content."""

    name: str
    content: bytes = b""
    problem: str = ""


@dataclass(frozen=True)
class Filled:
    """A form as it stands on somebody's screen: which one, its context, and what has been put in so far.

    For a file the value is its name; once the form is sent, `files` has it by the input's name.
    """

    command: str
    context: Mapping[str, str]
    values: Mapping[str, Value]
    files: Mapping[str, Upload] = field(default_factory=dict)


@dataclass(frozen=True)
class Say:
    """An answer to the person alone. In a form it takes the form's place and leaves nothing to submit."""

    card: Card


@dataclass(frozen=True)
class Ask:
    """A form to be opened; or, as the answer to a form, the form to show in its place."""

    form: Form


@dataclass(frozen=True)
class Mistakes:
    """What is wrong with a form, by the input's name. The form stays open with all that was typed."""

    by_input: Mapping[str, str]


@dataclass(frozen=True)
class Quiet:
    """Nothing to say: what happened shows where the person is looking (the message is redrawn)."""


Reply = Say | Ask | Mistakes | Quiet


@dataclass(frozen=True)
class Identity:
    """Who is asking, as their platform knows them: the platform's word for itself and its id of the person."""

    platform: str
    user_id: str


@dataclass(frozen=True)
class Press:
    """A button that was pressed; `form` is what stood on the screen when the button was inside a form."""

    command: str
    arguments: Mapping[str, str]
    form: Filled | None = None
