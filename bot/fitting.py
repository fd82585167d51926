"""What fits on one surface of a chat, whatever the chat: words go before buttons, and what had to be left out is said."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.words import Json, size


@dataclass(frozen=True)
class Room:
    """What one surface takes: so many blocks, so many bytes of JSON."""

    blocks: int
    size: int


@dataclass(frozen=True)
class Piece:
    """One block. `stays`: a button or an input, which must not be lost."""

    block: Json
    stays: bool

    @classmethod
    def of(cls, block: Json, *, stays: bool = False) -> Piece:
        """The piece of a block."""
        return cls(block, stays)

    @cached_property
    def size(self) -> int:
        """Its bytes of JSON, with the comma behind it."""
        return size(self.block) + 1


def fit(groups: list[list[Piece]], room: Room, notice: Piece) -> list[Json]:
    """The blocks that fit, and the notice in place of those that do not.

    A group, such as an entry of a list with its buttons, stays whole or goes whole, unless it is too long by itself.
    """
    blocks = [piece.block for piece in itertools.chain.from_iterable(groups)]
    if len(blocks) <= room.blocks and size(blocks) - 1 <= room.size:  # the pieces' bytes and one bracket
        return blocks
    left = Room(room.blocks - 1, room.size - notice.size)
    kept: list[Piece] = []
    for group in groups:
        if not within(group, left):
            # A long entry is shortened, so that its buttons stay; a short one is left out with what follows.
            long = not within(group, Room(room.blocks // 2, room.size // 2))
            words_only = not any(piece.stays for piece in group)
            kept += _shortened(group, left, notice) if long or words_only or not kept else [notice]
            break
        kept += group
        left = _less(left, group)
    return [piece.block for piece in kept]


def within(pieces: Sequence[Piece], room: Room) -> bool:
    """Whether all of them fit."""
    return len(pieces) <= room.blocks and _size(pieces) <= room.size


def _shortened(group: list[Piece], left: Room, notice: Piece) -> list[Piece]:
    """The buttons and inputs of a group, as many of its words from the top as fit with them, and the notice."""
    chosen = set()
    for stays in (True, False):
        for position, piece in enumerate(group):
            if piece.stays is not stays:
                continue
            if not within([piece], left):
                break
            chosen.add(position)
            left = _less(left, [piece])
    first_gap = next(position for position in range(len(group) + 1) if position not in chosen)
    shown = [piece for position, piece in enumerate(group) if position in chosen]
    return [*shown[:first_gap], notice, *shown[first_gap:]]


def _less(room: Room, pieces: Sequence[Piece]) -> Room:
    return Room(room.blocks - len(pieces), room.size - _size(pieces))


def _size(pieces: Iterable[Piece]) -> int:
    return sum(piece.size for piece in pieces)
