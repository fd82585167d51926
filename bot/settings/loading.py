"""Reading the settings, once, from the environment and a .env file; a sentence for whatever is wrong with them."""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dotenv.parser import parse_stream
from pydantic import ValidationError

from bot.settings.settings import PREFIX, Settings
from procedures.faults import showable

# Kubernetes tells every program of the services beside it in variables such as CHALLENGE_BOT_SERVICE_HOST.
OF_KUBERNETES = re.compile(r"_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP)(_\w+)?$")


class WrongSettings(Exception):
    """The settings cannot be used. Each of `faults` is one sentence: which setting, and what would be right."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(showable(fault) for fault in faults)
        super().__init__("\n".join(self.faults))


def load(environ: Mapping[str, str], dotenv: Path | None = None) -> Settings:
    """Read the settings from the environment and, where that is silent, from the .env file, which need not exist.

    An empty value counts as not set. Raises WrongSettings with a sentence for every fault, misspelt names among them.
    """
    settings, faults = _read(environ, dotenv)
    del environ  # a trace that prints local variables must not print this
    if settings is None or faults:
        raise WrongSettings(faults)
    return settings


def _read(environ: Mapping[str, str], dotenv: Path | None) -> tuple[Settings | None, list[str]]:
    lines, faults = _read_dotenv(dotenv) if dotenv is not None else ({}, [])
    where = dict.fromkeys(lines, dotenv.name if dotenv is not None else "") | dict.fromkeys(
        environ, "environment"
    )
    given = {name: text for name, text in (lines | dict(environ)).items() if name.upper().startswith(PREFIX)}
    known = {PREFIX + field.upper(): field for field in Settings.model_fields}
    faults += [
        _unknown(name, known) for name in given if name not in known and not OF_KUBERNETES.search(name)
    ]
    values = {known[name]: text for name, text in given.items() if name in known and text.strip()}
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        return None, faults + [
            _sentence(dict(fault)) for fault in error.errors(include_url=False, include_input=False)
        ]
    settings._where.update({field: where[PREFIX + field.upper()] for field in values})
    return settings, faults


def _read_dotenv(path: Path) -> tuple[dict[str, str], list[str]]:
    """The lines NAME=value of the file and a sentence for each that is none. Nothing in a value is replaced."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}, []
    except UnicodeDecodeError:
        return {}, [f"{path} is not UTF-8 text: save it again as UTF-8."]
    except OSError as error:
        return {}, [f"{path} cannot be read ({error.strerror}): allow this program to read it, or remove it."]
    values: dict[str, str] = {}
    faults: list[str] = []
    for binding in parse_stream(io.StringIO(text)):
        if binding.error or (binding.key is not None and binding.value is None):
            piece = binding.original.string  # it may begin with empty lines
            line = binding.original.line + piece[: len(piece) - len(piece.lstrip())].count("\n")
            faults.append(f"{path}, line {line}: this is not of the form NAME=value.")
        elif binding.key is not None and binding.value is not None:
            values[binding.key] = binding.value
    return values, faults


def _unknown(name: str, known: Iterable[str]) -> str:
    closest = difflib.get_close_matches(
        name.upper().removeprefix(PREFIX), [other.removeprefix(PREFIX) for other in known], n=1
    )
    if closest:
        return f"{name} is not a setting. Did you mean {PREFIX}{closest[0]}?"
    return f"{name} is not a setting. `challenge-bot settings` lists those there are."


def _sentence(fault: dict[str, Any]) -> str:
    if not fault["loc"]:
        return "A setting holds bytes that are not UTF-8 text: write it again."
    name = PREFIX + str(fault["loc"][0]).upper()
    reason = fault.get("ctx", {}).get("error")
    return f"{name} {reason}" if reason is not None else f"{name} cannot be read: {fault['msg']}."
