"""The app's two icons, drawn: a tick in a ring. Sizes and colours: learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package."""

from __future__ import annotations

import itertools
import math
import struct
import zlib
from collections.abc import Callable

BACKGROUND = (0x1D, 0x35, 0x57)
COLOUR, OUTLINE = 192, 32
"""Pixels on each side."""
_Pixel = Callable[[float], bytes]
_TICK = ((0.31, 0.52), (0.44, 0.65), (0.70, 0.37))
_CENTRE, _RADIUS, _STROKE = 0.5, 0.36, 0.075


def colour() -> bytes:
    """192 × 192, white on the app's accent colour, as a PNG."""
    return _png(COLOUR, lambda white: bytes([*(_mixed(each, white) for each in BACKGROUND), 255]))


def outline() -> bytes:
    """32 × 32, white on nothing, as a PNG."""
    return _png(OUTLINE, lambda white: bytes((255, 255, 255, round(255 * white))))


def _mixed(part: int, white: float) -> int:
    return round(part + (255 - part) * white)


def _png(size: int, pixel: _Pixel) -> bytes:
    rows = bytearray()
    for y in range(size):
        rows.append(0)  # no filter
        for x in range(size):
            rows += pixel(_white((x + 0.5) / size, (y + 0.5) / size, size))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _white(x: float, y: float, size: int) -> float:
    """How much of the point is covered by the drawing, 0 to 1."""
    ring = abs(math.hypot(x - _CENTRE, y - _CENTRE) - _RADIUS)
    tick = min(_to_line(x, y, start, end) for start, end in itertools.pairwise(_TICK))
    return min(1.0, max(0.0, (_STROKE / 2 - min(ring, tick)) * size + 0.5))


def _to_line(x: float, y: float, start: tuple[float, float], end: tuple[float, float]) -> float:
    across, down = end[0] - start[0], end[1] - start[1]
    along = ((x - start[0]) * across + (y - start[1]) * down) / (across**2 + down**2)
    along = min(1.0, max(0.0, along))
    return math.hypot(x - start[0] - along * across, y - start[1] - along * down)
