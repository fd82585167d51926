"""The arithmetic of the check that goes with a bundle, against the library that the program itself uses."""

from __future__ import annotations

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evidence import standards
from bot.evidence.standards import is_signature, root_above
from storage.merkle import Tree, along
from storage.signing import make_key

KEY = Ed25519PrivateKey.from_private_bytes(sha256(b"a key").digest())
PUBLIC = KEY.public_key().public_bytes_raw()
SIGNATURE = KEY.sign(b"a record")


def test_the_signatures_of_the_standard() -> None:
    """RFC 8032, section 7.1, the second and the third."""
    for public, message, signature in (
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ):
        assert is_signature(*map(bytes.fromhex, (signature, message, public)))
        assert not is_signature(*map(bytes.fromhex, (signature, message + "00", public)))


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_it_takes_what_the_library_signs(secret: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    assert is_signature(key.sign(message), message, key.public_key().public_bytes_raw())


@pytest.mark.parametrize(
    ("signature", "key"),
    [
        (b"", PUBLIC),
        (SIGNATURE[:63], PUBLIC),
        (SIGNATURE + b"\0", PUBLIC),
        (bytes(64), PUBLIC),
        (b"\xff" * 64, PUBLIC),
        (SIGNATURE, b""),
        (SIGNATURE, PUBLIC[:31]),
        (SIGNATURE, b"\xff" * 32),
        (SIGNATURE, (1).to_bytes(31, "little") + b"\x80"),
        # The same signature with the group's order added: accepted, a signature could be given another form.
        (
            SIGNATURE[:32]
            + (int.from_bytes(SIGNATURE[32:], "little") + standards.ORDER).to_bytes(32, "little"),
            PUBLIC,
        ),
        *(
            (bytes(byte ^ (at == where) for at, byte in enumerate(SIGNATURE)), PUBLIC)
            for where in range(0, 64, 7)
        ),
    ],
)
def test_it_refuses_all_else(signature: bytes, key: bytes) -> None:
    assert is_signature(SIGNATURE, b"a record", PUBLIC)
    assert not is_signature(signature, b"a record", key)


def test_it_reads_the_key_files_that_the_program_writes(tmp_path: object) -> None:
    from pathlib import Path

    public = make_key(Path(str(tmp_path)) / "private.pem").public
    assert list(standards.public_keys(public.pem)) == [public.fingerprint]
    assert standards.public_keys("no key") == {}


def test_it_finds_the_root_that_the_program_signs() -> None:
    rows = [sha256(bytes([number])).digest() for number in range(11)]
    tree = Tree(rows)
    for number, row in enumerate(rows):
        path = tree.path(number, len(rows))
        way = [(side, other.hex()) for side, other in path]
        assert root_above(row, way) == along(row, path).hex() == along(rows[0], tree.path(0, len(rows))).hex()
