"""The few shapes that a picture of a procedure is made of, as SVG 1.1, and how wide text comes out."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
INK, QUIET, LINE, BAND = "#1a1a1a", "#4a4a4a", "#1d3d6b", "#e6edf7"
"""Ink on white and on the band has a contrast of at least 14:1, quiet text of 8:1, lines of 10:1 (WCAG 2.2: 4.5:1)."""

_NARROW = dict.fromkeys("ijltf.,:;'’|!()[]r-/ ·", 0.32)
_WIDE = dict.fromkeys("mwMW@%—…→", 0.92)
_CAPITAL, _OTHER, _BOLD = 0.71, 0.56, 1.07


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide text comes out at most, in pixels. There are no fonts here to measure with, so it is a little generous."""
    ems = sum(
        _NARROW.get(char) or _WIDE.get(char) or (_CAPITAL if char.isupper() else _OTHER) for char in text
    )
    return ems * size * (_BOLD if bold else 1)


def wrapped(
    text: str, size: float, room: float, first: float | None = None, *, bold: bool = False
) -> list[str]:
    """The text in lines no wider than `room`, the first of them than `first`. A word that is wider gets a line of its own."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):  # a space that does not break is none
        longer = f"{line} {word}" if line else word
        limit = first if first is not None and not lines else room
        if width(longer, size, bold=bold) > limit and (line or (first is not None and not lines)):
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def words(
    x: float,
    y: float,
    text: str,
    *,
    size: float = 14,
    bold: bool = False,
    end: bool = False,
    quiet: bool = False,
) -> str:
    """A line of text whose baseline begins (or ends) there."""
    more = ' font-weight="bold"' if bold else ""
    more += ' text-anchor="end"' if end else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}"{more} fill="{QUIET if quiet else INK}">{escape(text, quote=False)}</text>'


def labelled(x: float, y: float, label: str, text: str, *, size: float = 14) -> str:
    """A line of text that begins with a label in bold."""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{INK}">'
        f'<tspan font-weight="bold">{escape(label, quote=False)}</tspan> {escape(text, quote=False)}</text>'
    )


def box(x: float, y: float, wide: float, high: float, *, fill: str = "#ffffff", round_: float = 8) -> str:
    """A box with a border."""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" rx="{round_:g}" '
        f'fill="{fill}" stroke="{LINE}" stroke-width="1.5"/>'
    )


def path(steps: str, *, dashed: bool = False, arrow: bool = False) -> str:
    """A line, its steps in SVG's own notation."""
    more = ' stroke-dasharray="7 4"' if dashed else ""
    more += ' marker-end="url(#arrow)"' if arrow else ""
    return f'<path d="{steps}" fill="none" stroke="{LINE}" stroke-width="1.75"{more}/>'


def dot(x: float, y: float, radius: float, *, ring: bool = False) -> str:
    """A dot where lines join; as a ring around a dot, the end of the way."""
    made = f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{LINE}"/>'
    if ring:
        made = (
            f'<circle cx="{x:g}" cy="{y:g}" r="{radius + 3.5:g}" fill="#ffffff" stroke="{LINE}" stroke-width="1.5"/>'
            + made
        )
    return made


def document(
    shapes: Iterable[str], wide: float, high: float, *, title: str, about: str, language: str
) -> str:
    """The whole picture, with a title and a description for whoever hears it instead of seeing it."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}" height="{high:g}" viewBox="0 0 {wide:g} {high:g}" '
            f'role="img" aria-labelledby="title about" lang="{language}" xml:lang="{language}" font-family="{FONT}">',
            f'<title id="title">{escape(title, quote=False)}</title>',
            f'<desc id="about">{escape(about, quote=False)}</desc>',
            '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
            f'<path d="M0 0 L10 5 L0 10 z" fill="{LINE}"/></marker></defs>',
            f'<rect width="{wide:g}" height="{high:g}" fill="#ffffff"/>',
            *shapes,
            "</svg>\n",
        ]
    )
