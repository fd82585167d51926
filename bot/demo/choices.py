"""The made-up authorities that the demo offers, each a folder of data: authority.toml, people.csv, story.toml and what else they have."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from procedures.reading import did_you_mean

Given = Annotated[
    str | tuple[str, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
]


class UnknownAuthorityError(LookupError):
    """The demo has no such authority; the message says which there are."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f'The demo has no authority "{name}". {did_you_mean(name, names(), noun="There is")}'
        )


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Start(_Table):
    """A place to begin at: as whom (an e-mail address), what there is to do, and what to type, if anything."""

    who: str
    text: str
    command: str | None = None


class Happened(_Table):
    """Something that somebody did: when (local), who, the form that they filled in or the button that they pressed, with its values."""

    at: str
    who: str
    fill: str = ""
    press: str = ""
    context: dict[str, str] = {}
    values: dict[str, Given] = {}


class TeamChannel(_Table):
    """A channel for the people of one unit."""

    name: str
    unit: str


class Story(_Table):
    """What happened in an authority, from `begins` to `opens` (local times), and what the newcomer is told on coming in.

    `first`: the authority that newcomers come to unless they choose another.
    """

    title: str
    first: bool = False
    about: str
    begins: str
    opens: str
    channel: TeamChannel
    start: list[Start] = Field(min_length=1)
    step: list[Happened] = []


def names() -> list[str]:
    """The authorities to choose from, the newcomer's first one first."""
    found = (each.name for each in _folder().iterdir() if each.joinpath("story.toml").is_file())
    return sorted(found, key=lambda name: (not _read(name).first, name))


def story_of(name: str) -> Story:
    """The story of one authority. Raises UnknownAuthorityError."""
    _must_be_there(name)
    return _read(name)


def file_of(name: str, file: str) -> str:
    """A file of one authority. Raises UnknownAuthorityError."""
    _must_be_there(name)
    return _folder().joinpath(name, file).read_text(encoding="utf-8")


def put_into(folder: Path, name: str) -> None:
    """Put an authority's own files into a folder, where they are not there already. Raises UnknownAuthorityError."""
    _must_be_there(name)
    for file in _folder().joinpath(name).iterdir():
        if file.name != "story.toml" and not (folder / file.name).exists():
            (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")


@cache
def _read(name: str) -> Story:
    return Story.model_validate(
        tomllib.loads(_folder().joinpath(name, "story.toml").read_text(encoding="utf-8"))
    )


def _must_be_there(name: str) -> None:
    if name not in names():
        raise UnknownAuthorityError(name)


def _folder() -> Traversable:
    return files("bot.demo").joinpath("authorities")
