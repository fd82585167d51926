"""What pydantic found wrong in a file, in plain sentences, each at its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from procedures.faults import Fault, closest, did_you_mean, listed
from procedures.positions import Path, Positions

_EXPECTED = {
    "string": "text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list in square brackets",
    "tuple": "a list in square brackets",
    "set": "a list in square brackets",
    "frozen_set": "a list in square brackets",
    "dict": "a table",
    "model": "a table",
    "model_attributes": "a table",
    "mapping": "a table",
    "date": "a date such as 2026-12-24",
    "time": "a time such as 08:30",
    "datetime": "a date and time such as 2026-12-24T08:30:00",
}
_WRONG_TYPE = re.compile(rf"({'|'.join(sorted(_EXPECTED, key=len, reverse=True))})_(?:type|parsing|from_.*)")
_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_LIST = "a list in square brackets"
_IDS = {r"^[a-z][a-z0-9_]*$": "_", r"^[a-z][a-z0-9-]*$": "-"}
"""The patterns of ids, with the one sign that they may have between words."""
_FEW = 8


def explained(
    error: ValidationError, model: type[BaseModel], data: dict[str, Any], positions: Positions
) -> list[Fault]:
    """One fault for each thing wrong; data is what the model was validated from."""
    details = [_Detail(each, model, data) for each in error.errors(include_url=False, include_input=False)]
    faults: list[Fault] = []
    for detail in details:
        if _is_the_misspelt_one(detail, details) or _is_said_deeper(detail, details):
            continue
        if detail.expected is None:
            faults.append(positions.fault(detail.path, *detail.sentence()))
        else:  # a value that may be of several types has an error for each
            same = [other.expected for other in details if other.path == detail.path and other.expected]
            faults.append(positions.fault(detail.path, *detail.wrong_type(list(dict.fromkeys(same)))))
    return faults


class _Detail:
    """One of pydantic's errors, with its place in the file and the models that could stand there."""

    def __init__(self, error: ErrorDetails, model: type[BaseModel], data: dict[str, Any]) -> None:
        self.type = error["type"]
        self.text = error["msg"]
        self.context: dict[str, Any] = error.get("ctx", {})
        self.data = data
        found = _WRONG_TYPE.fullmatch(self.type)
        self.expected = _EXPECTED[found[1]] if found else None
        self.path, self.value = _in_file(error["loc"], data)
        self.key = str(error["loc"][-1]) if error["loc"] else ""
        tags = [part for part in error["loc"] if isinstance(part, str)]
        self.fields = _fields_at(model, self.path[:-1] if self.type == "extra_forbidden" else self.path, tags)
        self.is_key = self.key == "[key]"

    def sentence(self) -> tuple[str, str]:
        """What is wrong, and what would be right."""
        if self.type == "extra_forbidden":
            return f'unknown key "{self.key}"{self._inside()}', did_you_mean(self.key, list(self.fields))
        if self.type in {"missing", "union_tag_not_found"}:
            key = self.key if self.type == "missing" else str(self.context["discriminator"]).strip("'")
            return f'the key "{key}" is missing{self._inside(self.path)}', _example(key, self.fields.get(key))
        if self.type in {"enum", "literal_error"}:
            return self._not_allowed(re.findall(r"'([^']*)'", self.context["expected"]))
        if self.type == "union_tag_invalid":
            self.value = self.context["tag"]
            return self._not_allowed(re.findall(r"'([^']*)'", self.context["expected_tags"]))
        if self.type in _BOUNDS:
            name, words = _BOUNDS[self.type]
            return f"{self._name()} must be {words} {self.context[name]}, not {self.value}", ""
        if self.type in {"too_short", "string_too_short", "too_long", "string_too_long"}:
            return self._wrong_length()
        if self.type == "string_pattern_mismatch" and self.context["pattern"] in _IDS:
            return self._no_id(_IDS[self.context["pattern"]])
        if self.type == "json_invalid":  # all that TOML can hold is valid JSON but for its depth
            return "it nests too deeply to be read", ""
        # A validator's own sentence, or pydantic's for what has no better one here.
        said = str(self.context.get("error", self.text[:1].lower() + self.text[1:])).removesuffix(".")
        return f"{self._name()}: {said}" if self.path else said, ""

    def wrong_type(self, expected: list[str]) -> tuple[str, str]:
        """For a value of the wrong type, where any of these would be right."""
        hint = ""
        if _LIST in expected and isinstance(self.value, str | int | float) and isinstance(self.path[-1], str):
            hint = f"Write {self.path[-1]} = [{_written(self.value)}]."
        elif _LIST in expected and isinstance(self.value, dict) and self.path:
            header = ".".join(part for part in self.path if isinstance(part, str))
            hint = f"Write [[{header}]], with two brackets, above each."
        elif "text in quotes" in expected and isinstance(self.value, int | float) and self.path:
            hint = f'Write {self._assigned()}"{_written(self.value)}".'
        elif isinstance(self.value, str) and self.path and _unquoted(self.value, expected):
            hint = f"Write {self._assigned()}{self.value}, without quotes."
        return f"{self._name()} must be {' or '.join(expected)}, not {_shown(self.value)}", hint

    def _not_allowed(self, allowed: list[str]) -> tuple[str, str]:
        word = str(self.value)
        if self.is_key:
            return f'"{self.path[-1]}" is not allowed as a key{self._inside()}', did_you_mean(
                str(self.path[-1]), allowed
            )
        preposition = "in" if self.path and isinstance(self.path[-1], int) else "for"
        meant = closest(word, allowed) if isinstance(self.value, str) else None
        hint = f'Did you mean "{meant}"?' if meant else ""
        if len(allowed) <= _FEW or not meant:
            # Of a literal with numbers only pydantic's own list is left.
            hint = f"{hint} Allowed: {listed(allowed) if allowed else self.context['expected']}.".strip()
        return f'{_shown(self.value)} is not allowed {preposition} "{self._last_key()}"', hint

    def _no_id(self, sign: str) -> tuple[str, str]:
        """An id with a capital, a space or the other sign between its words."""
        word = self.path[-1] if self.is_key else self.value
        name = "this key" if self.is_key else self._name()
        said = f"{name} is an id: small letters, digits and {sign}, a letter first, not {_shown(word)}"
        meant = re.sub(r"[^a-z0-9]+", sign, str(word).lower()).strip(sign)
        right = re.fullmatch(f"[a-z][a-z0-9{sign}]*", meant) is not None
        return said, f'Write {"" if self.is_key else self._assigned()}"{meant}".' if right else ""

    def _wrong_length(self) -> tuple[str, str]:
        least, most = self.context.get("min_length"), self.context.get("max_length")
        if isinstance(self.value, str):
            if least == 1:
                return f"{self._name()} must not be empty", ""
            bound = f"at least {least}" if least is not None else f"at most {most}"
            return f"{self._name()} must have {bound} characters, not {len(self.value)}", ""
        number = least if least is not None else most
        bound = "at least" if least is not None else "at most"
        return f"{self._name()} needs {bound} {number} {'entry' if number == 1 else 'entries'}", ""

    def _assigned(self) -> str:
        return f"{self.path[-1]} = " if isinstance(self.path[-1], str) else ""

    def _last_key(self) -> str:
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")

    def _name(self) -> str:
        """What the value is called: "nation", or entry 2 of "remind"."""
        if not self.path:
            return "this"
        if isinstance(self.path[-1], int):
            return f'entry {self.path[-1] + 1} of "{self._last_key()}"'
        return f'"{self.path[-1]}"'

    def _inside(self, path: Path | None = None) -> str:
        return place(self.path[:-1] if path is None else path, self.data)


def place(path: Path, data: Any) -> str:
    """Where a table is, as a sentence ends: ` in "window" of "stage" number 2 ("second")` or nothing."""
    words: list[str] = []
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            data = None
        if isinstance(part, str):
            words.append(f'"{part}"')
        elif words:
            name = data.get("id", data.get("name")) if isinstance(data, dict) else None
            words[-1] += f" number {part + 1}" + (f' ("{name}")' if isinstance(name, str) and name else "")
    return f" in {' of '.join(reversed(words))}" if words else ""


def _is_the_misspelt_one(detail: _Detail, details: Iterable[_Detail]) -> bool:
    """Whether the missing key is there, misspelt: that fault says what to do, a second would only confuse."""
    return detail.type == "missing" and any(
        other.type == "extra_forbidden"
        and other.path[:-1] == detail.path
        and closest(other.key, other.fields) == detail.key
        for other in details
    )


def _is_said_deeper(detail: _Detail, details: Iterable[_Detail]) -> bool:
    """Whether errors inside the value say more: of a list's entries, or of another type it may have."""
    depth = len(detail.path)
    return (detail.expected is not None or detail.type == "too_short") and any(
        len(other.path) > depth and other.path[:depth] == detail.path for other in details
    )


def _in_file(location: tuple[int | str, ...], data: Any) -> tuple[Path, Any]:
    """The part of pydantic's location that is in the file, and the value there; union tags are not in it."""
    path: Path = ()
    for part in location:
        inside = isinstance(data, dict) and part in data
        if inside or (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            path, data = (*path, part), data[part]
    return path, data


def _fields_at(model: type[BaseModel], path: Path, tags: list[str]) -> dict[str, FieldInfo]:
    """The keys that the models at that path know. Of several models, those that pydantic's location names."""
    types: list[Any] = [model]
    for part in path:
        types = [inner for each in types for inner in options(each, part)]
    models = [each for each in types if isinstance(each, type) and issubclass(each, BaseModel)]
    named = [each for each in models if each.__name__ in tags]
    return {key: field for each in named or models for key, field in keys_of(each).items()}


def options(kind: Any, part: str | int) -> Iterator[Any]:
    """The types that can stand at that key or index of a value of this type."""
    if isinstance(part, str) and isinstance(kind, type) and issubclass(kind, BaseModel):
        field = keys_of(kind).get(part)
        if field is not None:
            yield from _options(field.annotation)
        return
    arguments = [each for each in get_args(kind) if each is not Ellipsis]
    if get_origin(kind) in {None, Literal} or not arguments:
        return
    yield from _options(arguments[-1])  # of a mapping the values, of a list or tuple the entries


def _options(kind: Any) -> Iterator[Any]:
    """The types that an annotation allows, one by one."""
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _options(get_args(kind)[0])
    elif origin in {Union, UnionType}:
        for each in get_args(kind):
            yield from _options(each)
    else:
        yield kind


@cache
def keys_of(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """The model's fields by the names that a file uses for them."""
    found = {}
    for name, field in model.model_fields.items():
        alias = field.validation_alias
        found[alias if isinstance(alias, str) else name] = field
    return found


def _example(key: str, field: FieldInfo | None) -> str:
    """The hint for a missing key, from the first of the field's `examples`."""
    if field is None or not field.examples:
        return ""
    return f"For example: {key} = {_written(field.examples[0])}."


def _unquoted(value: str, expected: list[str]) -> bool:
    """Whether the text would be right without its quotes."""
    if "a whole number" in expected or "a number" in expected:
        return re.fullmatch("-?(0|[1-9][0-9]*)", value) is not None
    return "true or false" in expected and value in {"true", "false"}


def _written(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}'" if "\\" in value else f'"{value}"'
    if isinstance(value, list | tuple):
        return f"[{', '.join(_written(each) for each in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_written(each)}' for key, each in value.items())} }}"
    return str(value)


def _shown(value: Any) -> str:
    """A value as a sentence mentions it; a long text is cut."""
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}…"'
    if isinstance(value, bool):
        return _written(value)
    if isinstance(value, int | float):
        return f"the number {str(value)[:40]}"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a table"
    return str(value)
