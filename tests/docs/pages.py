"""The pages that people read, and what stands in them: code, links, headings, tables."""

from __future__ import annotations

import re
from pathlib import Path

from bot.settings import Settings, table

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
PAGES = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
BEGIN, END = "<!-- settings: begin -->", "<!-- settings: end -->"

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def text(page: Path) -> str:
    """The page as it stands in its file."""
    return page.read_text(encoding="utf-8")


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return [body for name, body in _FENCED.findall(text(page)) if name == language]


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return _FENCED.sub("", text(page))


def spans(page: Path) -> list[str]:
    """What stands between backticks in running text."""
    return _SPAN.findall(prose(page))


def code(page: Path) -> list[str]:
    """All lines of code, in blocks and in running text."""
    lines = [line for _, body in _FENCED.findall(text(page)) for line in body.splitlines()]
    return [*lines, *spans(page)]


def links(page: Path) -> list[str]:
    """Where the page's links and pictures lead."""
    return _LINK.findall(_SPAN.sub("", prose(page)))


def anchors(page: Path) -> set[str]:
    """The anchors of the page's headings, as code hosts make them."""
    plain = (re.sub(r"[^\w\s-]", "", heading.lower()) for heading in _HEADING.findall(prose(page)))
    return {heading.strip().replace(" ", "-") for heading in plain}


def settings_table() -> str:
    """The settings as README has them, from the program itself."""
    lines = ["| Setting | Meaning | Default |", "|---|---|---|"]
    for row in table(Settings()):
        default = f"`{row.default}`" if row.default else "none"
        lines.append(f"| `{row.name}` | {row.meaning} | {default} |")
    return "\n".join(lines)


if __name__ == "__main__":
    before, rest = text(README).split(BEGIN)
    README.write_text(f"{before}{BEGIN}\n{settings_table()}\n{END}{rest.split(END)[1]}", encoding="utf-8")
