"""`make audit`: what the program is built from, looked at as a whole. `python -m tests.dependencies` says what is wrong.

Read are uv.lock, pyproject.toml, the licences of what is installed, and docs/dependencies.md, where each library that we name
ourselves has its reason. Known weaknesses are looked for by pip-audit, where their data can be had (docs/dependencies.md).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "dependencies.md"
SHIPPED = ROOT / "bot" / "playground" / "page" / "vendor"
OURS = "challenge-bot"

ALLOWED = re.compile(
    r"\b(MIT|MIT-0|BSD|Apache|ISC|ISCL|PSF|Python Software Foundation|MPL|Mozilla Public|LGPL|0BSD|Unlicense)\b",
    re.IGNORECASE,
)
"""Licences under which a library may be used as it is; LGPL and MPL because nothing of theirs is changed or copied."""
REFUSED = re.compile(
    r"\b(?:A?GPL|GNU (?:Affero )?General|SSPL|BUSL|Commons Clause|proprietary)\b", re.IGNORECASE
)
BY_HAND = {"atheris": "Apache-2.0", "axe-playwright-python": "MIT"}
"""What says its licence in the file LICENSE alone."""
TOOLS = {"pip", "setuptools", "uv", "wheel"}
"""What may stand in an environment to fill it; the program uses none of it."""

_ROW = re.compile(r"^\| `([^`]+)` \| (.+?) \|$", re.MULTILINE)


def faults() -> list[str]:
    """Everything that is wrong, a sentence each; empty when nothing is."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [*_sources(lock), *_licences(lock), *_reasons(project), *_shipped(SHIPPED)]


def _sources(lock: dict[str, Any]) -> list[str]:
    """Every library from one and the same registry, every file of it with its SHA-256, none from a folder or a repository."""
    found: list[str] = []
    registries, hosts = set(), set()
    for package in lock["package"]:
        name, source = package["name"], package["source"]
        if name == OURS:
            continue
        if set(source) != {"registry"}:
            found.append(f"{name} comes from {', '.join(source)} and not from the registry.")
            continue
        registries.add(source["registry"])
        files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else [])]
        if not files:
            found.append(f"{name} has no file in the lock.")
        for file in files:
            hosts.add(urlsplit(file.get("url", "")).hostname)
            if not re.fullmatch(r"sha256:[0-9a-f]{64}", file.get("hash", "")):
                found.append(f"{name}: a file without its SHA-256.")
    for what, names in (("registries", registries), ("hosts of files", hosts)):
        if len(names) != 1:
            found.append(f"The lock names {len(names)} {what}, and one is expected.")
    found += [f"{each} is not reached by https." for each in registries if urlsplit(each).scheme != "https"]
    return found


def _shipped(folder: Path) -> list[str]:
    """Every file that others have written and the page hands out is as it came: its SHA-256 stands beside it in LICENSE.txt."""
    told = (folder / "LICENSE.txt").read_text(encoding="utf-8")
    files = sorted(each for each in folder.iterdir() if each.name != "LICENSE.txt")
    return [
        f"{each.name} is not the file whose SHA-256 stands in {folder.name}/LICENSE.txt."
        for each in files
        if each.name not in told or hashlib.sha256(each.read_bytes()).hexdigest() not in told
    ]


def _licences(lock: dict[str, Any]) -> list[str]:
    """Every library that is installed may be used as it is."""
    locked = {_plain(package["name"]) for package in lock["package"]}
    found: list[str] = []
    for distribution in importlib.metadata.distributions():
        name = _plain(distribution.metadata["Name"])
        licence = BY_HAND.get(name) or licence_of(distribution)
        if name == OURS or name in TOOLS - locked:
            continue
        if name not in locked:
            found.append(f"{name} is installed and is not in the lock.")
        elif not ALLOWED.search(licence) or REFUSED.search(licence):
            found.append(f"{name} has the licence {licence or 'that it does not name'}: look at it.")
    return found


def licence_of(distribution: importlib.metadata.Distribution) -> str:
    """What a library says of its licence."""
    classified = distribution.metadata.get_all("Classifier") or []
    about = distribution.metadata.json
    named = " ".join(each for each in classified if each.startswith("License"))
    return str(about.get("license_expression") or named or about.get("license") or "")[:200]


def _reasons(project: dict[str, Any]) -> list[str]:
    """Every library that we name ourselves stands on the page with a reason, and nothing else does."""
    named = {_named(each) for each in project["project"]["dependencies"]}
    for group in project.get("dependency-groups", {}).values():
        named |= {_named(each) for each in group}
    for extra in project["project"].get("optional-dependencies", {}).values():
        named |= {_named(each) for each in extra}
    reasons = dict(_ROW.findall(PAGE.read_text(encoding="utf-8")))
    return [
        *(f"{name} has no reason in docs/dependencies.md." for name in sorted(named - reasons.keys())),
        *(
            f"{name} stands in docs/dependencies.md and is not used."
            for name in sorted(reasons.keys() - named)
        ),
    ]


def _named(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    return _plain(found.group(0) if found else requirement)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    wrong = faults()
    sys.stdout.writelines(
        f"{each}\n" for each in wrong or ["Nothing is wrong with what the program is built from."]
    )
    sys.exit(bool(wrong))
