"""The wording of a file in one language after the other: text may be a table, `{ en = "Stage", cy = "Cam" }`."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from procedures.explaining import keys_of, options
from procedures.faults import Fault, did_you_mean
from procedures.languages import LANGUAGES, translate
from procedures.positions import Path, Positions
from procedures.schema.parts import is_text

_NOTHING = "…"
"""Stands for words that are missing, so that they are not found missing twice."""


def languages_of(data: dict[str, Any]) -> list[str]:
    """The languages that a file says it has; English where it says nothing that is right."""
    said = data.get("languages")
    known = (
        [each for each in said if isinstance(each, str) and each in LANGUAGES]
        if isinstance(said, list)
        else []
    )
    return list(dict.fromkeys(known)) or ["en"]


def faults(data: dict[str, Any], model: type[BaseModel], positions: Positions) -> Iterator[Fault]:
    """Tables of wording that lack a language of the file, or have one that it does not say it has."""
    languages = languages_of(data)
    for path, value in _tables(data, model):
        for key in value:
            if key in languages:
                continue
            if key in LANGUAGES:
                message = f'"{key}" ({LANGUAGES[key]}) is not among the languages of this file'
                wanted = ", ".join(f'"{each}"' for each in (*languages, key))
                hint = f"Write languages = [{wanted}] at the top of the file, or take it away here."
            else:
                message, hint = f'unknown language "{key}"', did_you_mean(key, languages, noun="Languages")
            yield positions.fault((*path, key), message, hint)
        for language in languages:
            if language not in value:
                message = f"the words in {LANGUAGES[language]} are missing"
                yield positions.fault(path, message, f'Add {language} = "…".')


def in_one_language(data: dict[str, Any], model: type[BaseModel], language: str) -> dict[str, Any]:
    """A copy of the data with each table of wording replaced by its words in that language, and with the defaults in it."""
    plain = copy.deepcopy(data)
    for path, value in list(_tables(plain, model)):
        _put(plain, path, value.get(language, _NOTHING))
    for table, key, field in list(_left_out(plain, [model])):
        default = _translated(field.get_default(call_default_factory=True), language)
        if default is not None:
            table[key] = default
    return plain


def doubtful(data: dict[str, Any], model: type[BaseModel]) -> list[tuple[Path, str]]:
    """Words that stand once for every language of the file, each with its place."""
    languages = languages_of(data)
    if len(languages) == 1:
        return []
    return [
        (
            path,
            f'"{path[-1] if isinstance(path[-1], str) else path[-2]}" has the same words in every language.',
        )
        for path, value in _texts(data, [model])
        if isinstance(value, str) and value
    ]


def _tables(data: Any, model: type[BaseModel]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path, value in _texts(data, [model]):
        if isinstance(value, dict):
            yield path, value


def _texts(value: Any, kinds: Sequence[Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place of the data at which people's words may stand, with what stands there."""
    if any(is_text(kind) for kind in kinds):
        yield path, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, _inside(kinds, key), (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _texts(each, _inside(kinds, index), (*path, index))


def _left_out(value: Any, kinds: Sequence[Any]) -> Iterator[tuple[dict[str, Any], str, FieldInfo]]:
    """Every key that a table of the data leaves out, with the table."""
    if isinstance(value, dict):
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from ((value, key, field) for key, field in keys_of(kind).items() if key not in value)
        for key, each in value.items():
            yield from _left_out(each, _inside(kinds, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _left_out(each, _inside(kinds, index))


def _inside(kinds: Sequence[Any], part: str | int) -> list[Any]:
    return [inner for kind in kinds for inner in options(kind, part)]


def _put(data: Any, path: Path, value: Any) -> None:
    for part in path[:-1]:
        data = data[part]
    data[path[-1]] = value


def _translated(default: Any, language: str) -> Any:
    """The program's own wording of a key that was left out; None where there is none in that language."""
    if isinstance(default, str) and translate(default, language) != default:
        return translate(default, language)
    if isinstance(default, list) and default and all(isinstance(each, BaseModel) for each in default):
        made = [each.model_dump(mode="json", by_alias=True, exclude_defaults=True) for each in default]
        for each in made:
            label = each["label"]
            each["label"] = translate(label, language)
        return made
    return None
