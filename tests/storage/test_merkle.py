"""Merkle trees: the hashes of RFC 6962, roots that grow, and paths that lead from every leaf to the root."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from storage.merkle import Growing, Tree, along

DATA = [number.to_bytes(2, "big") for number in range(70)]


def of_the_rfc(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962, section 2.1, defines it, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + of_the_rfc(leaves[:split]) + of_the_rfc(leaves[split:])).digest()


def test_the_root_is_that_of_the_rfc_at_every_size_however_it_is_worked_out() -> None:
    tree, growing = Tree(DATA), Growing()
    assert growing.root() == of_the_rfc([])
    for size, data in enumerate(DATA, start=1):
        growing.add(data)
        expected = of_the_rfc(DATA[:size])
        assert growing.root() == tree.root(size) == expected
        assert Growing(size, list(growing.peaks)).root() == expected
        assert len(growing.peaks) == size.bit_count()


def test_known_roots() -> None:
    """The test vectors that Certificate Transparency's own implementations share."""
    inputs = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    tree = Tree(bytes.fromhex(each) for each in inputs)
    assert tree.root(1).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert tree.root(2).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert tree.root(8).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(size=st.integers(1, 70), data=st.data())
def test_a_path_leads_to_the_root_and_another_leaf_does_not(size: int, data: st.DataObject) -> None:
    tree = Tree(DATA)
    index = data.draw(st.integers(0, size - 1))
    path = tree.path(index, size)
    assert along(DATA[index], path) == tree.root(size)
    assert len(path) <= size.bit_length()
    assert along(DATA[index] + b"x", path) != tree.root(size)
    for at in range(len(path)):
        side, other = path[at]
        turned = ("L" if side == "R" else "R", other)
        assert along(DATA[index], [*path[:at], turned, *path[at + 1 :]]) != tree.root(size)
