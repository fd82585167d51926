"""Merkle trees as RFC 6962 (section 2.1) hashes them: one root for any number of rows, and a short proof that a row is among them.

Leaves and nodes are the 32 bytes of a SHA-256. What is hashed for a leaf begins with a byte 0, for a node with a byte 1, so that
neither can pass for the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256


def leaf(data: bytes) -> bytes:
    """The hash of what stands at a leaf."""
    return sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class Growing:
    """A tree that only grows, kept as its complete subtrees ("peaks", the largest first): as many as `size` has binary ones."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)

    def add(self, data: bytes) -> None:
        """Add a leaf at the end."""
        grown, bits = leaf(data), self.size
        while bits & 1:
            grown = node(self.peaks.pop(), grown)
            bits >>= 1
        self.peaks.append(grown)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves; for none at all the hash of nothing."""
        if not self.peaks:
            return sha256().digest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node(peak, root)
        return root


class Tree:
    """A whole tree, for proofs: the hashes of all its complete subtrees, by their height."""

    def __init__(self, data: Iterable[bytes]) -> None:
        self._levels: list[list[bytes]] = [[leaf(each) for each in data]]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            self._levels.append([node(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])

    def root(self, size: int) -> bytes:
        """The root over the first `size` leaves, one at least."""
        return self._hash(0, size)

    def path(self, index: int, size: int) -> list[tuple[str, bytes]]:
        """The way from a leaf, counted from 0, to the root over the first `size`: at each step the other subtree, and whether it
        stands to the left ("L") or to the right ("R")."""
        path: list[tuple[str, bytes]] = []
        start = 0
        while size - start > 1:
            split = start + _half(size - start)
            if index < split:
                path.append(("R", self._hash(split, size)))
                size = split
            else:
                path.append(("L", self._hash(start, split)))
                start = split
        return path[::-1]

    def _hash(self, start: int, end: int) -> bytes:
        """The subtree over the leaves from `start` up to `end`, as RFC 6962 splits them."""
        width = end - start
        height = width.bit_length() - 1
        if width == 1 << height:
            return self._levels[height][start >> height]
        split = start + _half(width)
        return node(self._hash(start, split), self._hash(split, end))


def _half(width: int) -> int:
    """The largest power of two below a width of two or more: where a tree divides."""
    return 1 << (width - 1).bit_length() - 1


def along(data: bytes, path: Sequence[tuple[str, bytes]]) -> bytes:
    """The root that a path leads to from what stands at a leaf."""
    found = leaf(data)
    for side, other in path:
        found = node(other, found) if side == "L" else node(found, other)
    return found
