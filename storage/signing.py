"""The key that signs the audit's heads: Ed25519 (RFC 8032), in a PEM file that its owner alone may read.

`cryptography` is loaded when a key is used for the first time: most commands need none.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage.audit_hash import canonical

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


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
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        self._private = private
        pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        [self.public] = public_keys(pem.decode(), "the key")

    def sign(self, statement: dict[str, Any]) -> str:
        """The signature, in hex, of the statement as canonical JSON."""
        return self._private.sign(canonical(statement)).hex()


def make_key(path: Path) -> SigningKey:
    """Make a key and write it to a new file (0600). Raises FileExistsError, OSError; then there is no such file of ours."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return SigningKey(private)


def read_key(path: Path) -> SigningKey | None:
    """The key in a file; None where there is no such file. Raises UnusableKey."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(path.read_bytes(), None)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        raise UnusableKey(path) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise UnusableKey(path)
    return SigningKey(private)


def public_keys(text: str, name: str) -> list[PublicKey]:
    """The public keys of a PEM text, which `name` names. Raises UnusableKey for anything else."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        PublicFormat,
        load_pem_public_key,
    )

    found: list[PublicKey] = []
    end = "-----END PUBLIC KEY-----"
    for part in text.split(end)[:-1]:
        try:
            key = load_pem_public_key(f"{part.strip()}\n{end}\n".encode())
        except (ValueError, UnsupportedAlgorithm):
            raise UnusableKey(name) from None
        if not isinstance(key, Ed25519PublicKey):
            raise UnusableKey(name)
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        found.append(PublicKey(pem, sha256(der).hexdigest()))
    if not found:
        raise UnusableKey(name)
    return found


def is_signed(statement: dict[str, Any], signature: str, key: PublicKey) -> bool:
    """Whether the key has signed the statement."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    public = load_pem_public_key(key.pem.encode())
    if not isinstance(public, Ed25519PublicKey):
        return False
    try:
        public.verify(bytes.fromhex(signature), canonical(statement))
    except (InvalidSignature, ValueError):
        return False
    return True
