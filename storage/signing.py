"""The key that signs the audit's heads: Ed25519 (RFC 8032), in a PEM file that its owner alone may read.

`cryptography` is loaded when a key is used for the first time: most commands need none. Its own reader of PEM files is not, because it
takes 10 MB of memory with all the formats that it knows; a key of this kind has one form (RFC 8410), a fixed beginning and 32 bytes.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage.audit_hash import canonical
from storage.private_files import write_new

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


_PRIVATE, _PUBLIC = "PRIVATE KEY", "PUBLIC KEY"
_BEGINS = {
    _PRIVATE: bytes.fromhex("302e020100300506032b657004220420"),
    _PUBLIC: bytes.fromhex("302a300506032b6570032100"),
}
"""The DER form up to the key's own 32 bytes: PKCS #8 and SubjectPublicKeyInfo (RFC 8410, 4 and 7)."""


class UnusableKey(Exception):
    """A file holds no Ed25519 key, or cannot be read."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            f"{path} holds no Ed25519 key in PEM form that can be read. Put the right file there, or take it away."
        )


@dataclass(frozen=True)
class PublicKey:
    """The public half. `fingerprint` is the SHA-256 of its DER form (`openssl pkey -pubin -outform DER | sha256sum`)."""

    pem: str
    fingerprint: str


class SigningKey:
    """The private half, with what may be shown of it."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = _public(private.public_key().public_bytes_raw())

    def sign(self, statement: dict[str, Any]) -> str:
        """The signature, in hex, of the statement as canonical JSON."""
        return self._private.sign(canonical(statement)).hex()


def make_key(path: Path) -> SigningKey:
    """Make a key and write it to a new file (0600). Raises FileExistsError, OSError; then there is no such file of ours."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    write_new(path, _pem(private.private_bytes_raw(), _PRIVATE).encode())
    return SigningKey(private)


def read_key(path: Path) -> SigningKey | None:
    """The key in a file; None where there is no such file. Raises UnusableKey."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        [raw] = _keys(path.read_text(encoding="ascii"), _PRIVATE)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise UnusableKey(path) from None
    return SigningKey(Ed25519PrivateKey.from_private_bytes(raw))


def public_keys(text: str, name: str) -> list[PublicKey]:
    """The public keys of a PEM text, which `name` names. Raises UnusableKey for anything else."""
    try:
        found = _keys(text, _PUBLIC)
    except ValueError:
        raise UnusableKey(name) from None
    if not found:
        raise UnusableKey(name)
    return [_public(raw) for raw in found]


def is_signed(statement: dict[str, Any], signature: str, key: PublicKey) -> bool:
    """Whether the key has signed the statement."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        [raw] = _keys(key.pem, _PUBLIC)
        Ed25519PublicKey.from_public_bytes(raw).verify(bytes.fromhex(signature), canonical(statement))
    except (InvalidSignature, ValueError):
        return False
    return True


def _public(raw: bytes) -> PublicKey:
    return PublicKey(_pem(raw, _PUBLIC), sha256(_BEGINS[_PUBLIC] + raw).hexdigest())


def _pem(raw: bytes, label: str) -> str:
    """PEM (RFC 7468): a key of this kind fits in one line."""
    content = base64.b64encode(_BEGINS[label] + raw).decode()
    return f"-----BEGIN {label}-----\n{content}\n-----END {label}-----\n"


def _keys(text: str, label: str) -> list[bytes]:
    """The 32 bytes of each key under this label. Raises ValueError where one is of another kind or cannot be read."""
    found = []
    for content in re.findall(rf"-----BEGIN {label}-----(.*?)-----END {label}-----", text, re.DOTALL):
        try:
            der = base64.b64decode("".join(content.split()), validate=True)
        except binascii.Error:
            raise ValueError(label) from None
        begins = _BEGINS[label]
        if not der.startswith(begins) or len(der) != len(begins) + 32:
            raise ValueError(label)
        found.append(der[len(begins) :])
    return found
