"""The app package that an administrator uploads: valid by Microsoft's own schema (its licence stands beside it)."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import jsonschema

from bot.teams.package import IN_LIST, LEFT_OUT, LISTS, VERSION, manifest, package
from commands.registry import ALL

CLIENT = "11111111-2222-4333-8444-555555555555"


def made() -> dict[str, Any]:
    return manifest(
        CLIENT, "Barsetshire County Council, Children's Services", "https://bot.barsetshire.example", "0.1.0"
    )


def test_the_manifest_is_as_the_official_schema_wants_it() -> None:
    schema = Path(__file__).with_name(f"manifest-{VERSION}.schema.json")
    jsonschema.Draft4Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(made())


def test_every_command_is_in_a_list_but_those_for_which_there_is_no_room() -> None:
    found = made()
    lists = found["bots"][0]["commandLists"]
    assert len(lists) <= LISTS
    assert all(
        len(each["commands"]) <= IN_LIST and each["triggers"] == ["mention", "slash"] for each in lists
    )
    named = [command["title"] for each in lists for command in each["commands"]]
    assert set(named) | set(LEFT_OUT) == {command.name for command in ALL if not command.from_button}
    assert len(set(named)) == len(named)


def test_the_icons_have_the_right_size_and_the_outline_is_white_on_nothing() -> None:
    with zipfile.ZipFile(io.BytesIO(package(made()))) as archive:
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        colour, outline = archive.read("color.png"), archive.read("outline.png")
    assert struct.unpack(">II", colour[16:24]) == (192, 192)
    assert struct.unpack(">II", outline[16:24]) == (32, 32)
    rows = zlib.decompress(outline[outline.index(b"IDAT") + 4 : -12])
    pixels = [
        rows[start : start + 4] for row in range(32) for start in range(row * 129 + 1, row * 129 + 129, 4)
    ]
    assert {pixel[:3] for pixel in pixels} == {b"\xff\xff\xff"}
    assert pixels[0][3] == 0
    assert max(pixel[3] for pixel in pixels) == 255
    assert package(made()) == package(made())
