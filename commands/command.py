"""What a command is: the class is its form, the docstring its help, the type of each field chooses the input.

Validation is pydantic's; what only the record can decide is checked in `run`. A mistake in a form comes back at its input.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any, ClassVar, Literal, Self, get_args, get_origin

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic.fields import FieldInfo

from commands import pointing_out
from commands.desk import Desk
from commands.diary import Needed
from commands.errors import Refused
from commands.filling import empty, sentence, with_value
from commands.record import Record
from commands.vocabulary import (
    Ask,
    Filled,
    Form,
    Input,
    Kind,
    Mistakes,
    Option,
    Part,
    Reply,
    Small,
    Value,
)

TEXT_LIMIT = 3000
"""Characters in one free text; what a chat's input holds at most."""


@dataclass(frozen=True)
class Widget:
    """Marks a field's input where its type alone does not say enough. `record`: it is kept on the child's file (BR-12)."""

    kind: Kind
    record: bool = False
    redraws: bool = False
    placeholder: str = ""


class Hidden:
    """Marks a field that travels with the form unseen."""


ChallengeRef = Annotated[str, Hidden()]
More = dict[str, str | tuple[str, ...]]
"""What was put into inputs that only the procedure knows, by their names; fields that are hidden are left out."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), Widget(Kind.LINE)]
LongText = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=TEXT_LIMIT), Widget(Kind.TEXT, record=True)
]
Choice = Annotated[str, Widget(Kind.CHOICE)]
ListChoice = Annotated[str, Widget(Kind.LIST)]
YesNo = Literal["yes", "no"]
_YES_NO = (Option("yes", "Yes"), Option("no", "No"))


@dataclass(frozen=True)
class Draft:
    """A form's context and values so far."""

    context: Mapping[str, str]
    values: Mapping[str, Value]

    def get(self, name: str, default: str = "") -> str:
        """One value as text, from the form or its context."""
        value = self.values.get(name)
        if value is None:
            value = self.context.get(name)
        if isinstance(value, tuple):
            return value[0] if value else default
        return value or default


class Command(BaseModel):
    """Something that people can ask for."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, defer_build=True)

    name: ClassVar[str]
    title: ClassVar[str]
    submit: ClassVar[str] = "Save"
    usage: ClassVar[str] = ""
    about_challenge: ClassVar[str] = ""
    """The kind of step that the command takes on a challenge; empty for commands that are about something else."""
    from_button: ClassVar[bool] = False
    """Only the button of a message leads to it, so that no list of commands names it."""
    pointed_out: ClassVar[str] = "This may identify somebody. The case reference is enough for the record."

    # --- to be filled in by each command ------------------------------------------------------------------------------

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """The form's parts in order; by default the inputs alone. Left-out inputs are not asked for."""
        return inputs.values()

    @classmethod
    def needs(cls, desk: Desk, draft: Draft) -> Needed | None:
        """Whose calendars the form would show something of, while they have not been read yet."""
        return None

    def run(self, desk: Desk) -> Reply:
        """Carry it out. Raises Refused or engine.NotNow with the sentence for the user; then nothing is written."""
        raise Refused(f"/challenge {self.name} is not something to fill in.")

    def doubts(self, desk: Desk) -> list[str]:
        """What is allowed and yet doubtful, a sentence each; the person is asked once whether it is meant."""
        return []

    # --- what every command does ------------------------------------------------------------------------------------------

    @classmethod
    def help(cls) -> str:
        """The first line of the class's own docstring."""
        return (cls.__doc__ or "").strip().splitlines()[0]

    @classmethod
    def offered(cls, desk: Desk) -> bool:
        """Whether help names the command to the person at the desk."""
        return not cls.from_button

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """The words behind the command's name: a challenge's reference first, where the command is about one."""
        if not cls.about_challenge:
            return Ask(cls.form(desk, {}, {}))
        if not words:
            return cls.choose(desk)
        return Ask(cls.form(desk, {"challenge": words[0]}, cls.first_values(words[1:])))

    @classmethod
    def first_values(cls, words: list[str]) -> dict[str, Value]:
        """What the words after the reference fill in; by default the first free text."""
        for name, field in cls.model_fields.items():
            widget = _widget(field)
            if words and widget is not None and widget.kind is Kind.TEXT:
                return {name: " ".join(words)}
        return {}

    @classmethod
    def choose(cls, desk: Desk) -> Reply:
        """Ask which challenge is meant, among those for which the actor can do this now."""
        from commands.listing import choices_for

        options = choices_for(desk, cls.about_challenge)
        if not options:
            raise Refused(
                f"There is no challenge for which you can do this now. {cls.help()} /challenge list shows yours."
            )
        if len(options) == 1:
            return cls.for_challenge(desk, options[0].value)
        pick = Input("challenge", "Which challenge?", Kind.LIST, options=options)
        return Ask(Form(cls.name, cls.title, "Continue", (pick,), {"choose": "yes"}))

    @classmethod
    def for_challenge(cls, desk: Desk, reference: str) -> Reply:
        """What opens for a challenge that was chosen; by default the form."""
        return Ask(cls.form(desk, {"challenge": reference}, {}))

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """A button of this command; by default it opens the form, or asks which challenge is meant."""
        if cls.about_challenge and not arguments.get("challenge"):
            return cls.choose(desk)
        return Ask(cls.form(desk, arguments, {}))

    @classmethod
    def form(cls, desk: Desk, context: Mapping[str, str], values: Mapping[str, Value]) -> Form:
        """The form as it must look with these values. Raises Refused when the command cannot be used now."""
        if cls.about_challenge and not context.get("challenge"):
            raise Refused("This form is from an older version. /challenge help shows what you can do.")
        draft = Draft(context, values)
        inputs = cls._inputs(cls.reminder(desk, draft))
        parts = [
            with_value(part, values) if isinstance(part, Input) else part
            for part in (*cls.heading(desk, draft), *cls.parts(desk, draft, inputs))
        ]
        return Form(cls.name, cls.title, cls.submit, tuple(parts), dict(context), cls.needs(desk, draft))

    @classmethod
    def record(cls, desk: Desk, reference: str, *, for_change: bool = False) -> Record:
        """The challenge that the command is about. Raises Refused when the person may not have it."""
        return desk.record(reference, for_change=for_change)

    @classmethod
    def heading(cls, desk: Desk, draft: Draft) -> tuple[Part, ...]:
        """Which challenge the form is about, so that nobody answers the wrong one."""
        if not cls.about_challenge or not draft.context.get("challenge"):
            return ()
        record = cls.record(desk, draft.context["challenge"])
        return (
            Small(f"{record.reference} · {record.head.case_reference} · {record.standing.now.stage.name}"),
        )

    @classmethod
    def reminder(cls, desk: Desk, draft: Draft) -> str:
        """What stands under every free text that is kept on the child's file."""
        if cls.about_challenge and draft.context.get("challenge"):
            return cls.record(desk, draft.context["challenge"]).procedure.record.reminder
        return desk.procedures[0].record.reminder

    @classmethod
    def submitted(cls, desk: Desk, filled: Filled) -> Reply:
        """A form that was sent: its mistakes at their inputs, or what the command says.

        Raises what `run` raises; whoever holds the transaction undoes it and puts the sentence at the input.
        """
        if filled.context.get("choose"):
            return cls.for_challenge(desk, str(filled.values.get("challenge") or ""))
        form = cls.form(desk, filled.context, filled.values)
        shown = {part.name: part for part in form.inputs}
        values = {name: value for name, value in filled.values.items() if name in shown}
        mistakes = {
            name: "Please fill this in."
            for name, part in shown.items()
            if part.required and empty(values.get(name))
        }
        command = cls._read(form, values, mistakes)
        if command is None or mistakes:
            return Mistakes(mistakes)
        doubtful = pointing_out.doubtful(
            form, filled.values, command.doubts(desk), desk.today, cls.pointed_out
        )
        return command.run(desk) if doubtful is None else Ask(doubtful)

    @classmethod
    def _read(cls, form: Form, values: Mapping[str, Value], mistakes: dict[str, str]) -> Self | None:
        data: dict[str, Any] = {}
        more: dict[str, str | tuple[str, ...]] = {}
        for name, value in {**form.context, **values}.items():
            if name in cls.model_fields:
                if not empty(value):
                    data[name] = value
            elif "more" in cls.model_fields and value is not None:
                more[name] = value
        if "more" in cls.model_fields:
            data["more"] = more
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            for fault in error.errors():
                name = str(fault["loc"][0]) if fault["loc"] else next(iter(values), "")
                mistakes.setdefault(name, sentence(dict(fault)))
            return None

    @classmethod
    def _inputs(cls, reminder: str) -> dict[str, Input]:
        made: dict[str, Input] = {}
        for name, field in cls.model_fields.items():
            widget = _widget(field)
            if widget is None:
                continue
            hint = field.description or ""
            if widget.record:
                hint = f"{hint} {reminder}".strip()
            made[name] = Input(
                name=name,
                title=field.title or name.replace("_", " ").capitalize(),
                kind=widget.kind,
                required=field.is_required(),
                hint=hint,
                placeholder=widget.placeholder,
                initial=None,
                options=_YES_NO if _base(field) is YesNo else (),
                max_length=_limit(field) if widget.kind in (Kind.TEXT, Kind.LINE) else None,
                redraws=widget.redraws,
            )
        return made


def _widget(field: FieldInfo) -> Widget | None:
    """The input for a field: as marked, else by its type. None for what is hidden."""
    if any(isinstance(mark, Hidden) for mark in field.metadata) or get_origin(field.annotation) is dict:
        return None
    for mark in reversed(field.metadata):
        if isinstance(mark, Widget):
            return mark
    base = _base(field)
    for argument in (base, *get_args(base)):
        if get_origin(argument) is Annotated:
            for mark in reversed(get_args(argument)):
                if isinstance(mark, Widget):
                    return mark
    by_type: dict[Any, Kind] = {
        date: Kind.DATE,
        time: Kind.TIME,
        YesNo: Kind.CHOICE,
        tuple[str, ...]: Kind.TICKS,
    }
    return Widget(by_type.get(base, Kind.LINE))


def _base(field: FieldInfo) -> Any:
    """The field's type without `| None`."""
    rest = [argument for argument in get_args(field.annotation) if argument is not type(None)]
    return rest[0] if type(None) in get_args(field.annotation) and len(rest) == 1 else field.annotation


def _limit(field: FieldInfo) -> int:
    for mark in field.metadata:
        limit = getattr(mark, "max_length", None)
        if isinstance(limit, int):
            return limit
    for argument in get_args(field.annotation):
        for mark in get_args(argument):
            limit = getattr(mark, "max_length", None)
            if isinstance(limit, int):
                return limit
    return TEXT_LIMIT


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that a shortened or mistyped one comes closest to, or None."""
    words = list(known)
    begun = [each for each in words if len(word) > 1 and each.startswith(word.lower())]
    near = begun or difflib.get_close_matches(word.lower(), words, n=1, cutoff=0.5)
    return near[0] if near else None


def whole_number(text: str) -> int:
    """A whole number that travelled with a form or button; -1, which is nobody's, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
