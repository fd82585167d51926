"""What people wrote is sealed before it reaches the database: AES-256-GCM, and a column type that does it.

A sealed value is one byte for the form, four for the key's id, twelve of nonce, then the ciphertext with its tag. Form, key id and
the column's own name are authenticated with it, so that a value can be read neither under another key nor from another column.
The nonce is 96 random bits (NIST SP 800-38D, 8.2.2): change the key long before 2^32 values were sealed with it.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Callable
from typing import Any, Protocol

from pydantic import SecretBytes
from sqlalchemy import Dialect, Engine, LargeBinary
from sqlalchemy.types import TypeDecorator

KEY_BYTES = 32
FORM = b"\x01"
ID_BYTES = 4
HEADER = len(FORM) + ID_BYTES
NONCE_BYTES = 12


_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""What is sealed. One encoder for all: `json.dumps` would make one each time, which takes as long as the rest."""
_read = json.JSONDecoder().raw_decode
"""What was sealed by it: without a look for blanks around it, of which there are none."""


class UnknownKey(RuntimeError):
    """A narrative was sealed with a key that this program does not have."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        super().__init__(key_id)

    def __str__(self) -> str:
        return (
            f"Something in the database is sealed with the key {self.key_id}, which this program does not have. "
            "Put the key file of this database where CHALLENGE_KEYS says."
        )


class Unreadable(ValueError):
    """A sealed narrative was changed, cut short, or taken from another column. `place` is where: `table.column`."""

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(place)

    def __str__(self) -> str:
        return (
            f"Something in {self.place} of the database was changed by other means than this program, or is damaged; it "
            "cannot be read any more. Restore a backup."
        )


class _Cipher(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...


class Keyring:
    """The keys that narratives are sealed with and opened by. `current` is the id of the one that seals: eight hex digits.

    learn_more: called when a value is under a key that is not here; it may `add` it. Nothing of a key is in its representation.
    """

    def __init__(self, learn_more: Callable[[], None] | None = None) -> None:
        self._ciphers: dict[bytes, _Cipher] = {}
        self._secrets: dict[bytes, SecretBytes] = {}
        self._refused: type[Exception] = Unreadable
        """What the ciphers raise for a value that is not as it was sealed."""
        self._sealing = b""
        self._learn_more = learn_more

    def __repr__(self) -> str:
        return f"Keyring({len(self._secrets)} keys)"

    @property
    def current(self) -> str:
        """The id of the key that seals; "" while there is none."""
        return self._sealing.hex()

    @property
    def ids(self) -> list[str]:
        """The ids of all keys here."""
        return sorted(key_id.hex() for key_id in self._secrets)

    def add(self, key_id: str, secret: SecretBytes) -> None:
        """Have one key more, to open with."""
        self._secrets[bytes.fromhex(key_id)] = secret

    def seal_with(self, key_id: str) -> None:
        """Seal with this key from now on. Raises UnknownKey."""
        if bytes.fromhex(key_id) not in self._secrets:
            raise UnknownKey(key_id)
        self._sealing = bytes.fromhex(key_id)

    def check(self, key_id: str) -> str:
        """What the database keeps of a key to know it again, and from which nobody gets the key. Raises UnknownKey."""
        secret = self._secrets.get(bytes.fromhex(key_id))
        if secret is None:
            raise UnknownKey(key_id)
        return hmac.digest(secret.get_secret_value(), b"challenge-bot: which key is this", "sha256").hex()

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Seal for the column `place`, with the current key. Raises UnknownKey when there is none."""
        header, nonce = FORM + self._sealing, os.urandom(NONCE_BYTES)
        cipher = self._ciphers.get(self._sealing) or self._cipher(self._sealing)
        return header + nonce + cipher.encrypt(nonce, plain, header + place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """What was sealed for this column. Raises UnknownKey, or Unreadable for what is not as it was sealed."""
        header, nonce = sealed[:HEADER], sealed[HEADER : HEADER + NONCE_BYTES]
        if header[:1] != FORM or len(nonce) < NONCE_BYTES:
            raise Unreadable(place.decode())
        key_id = header[1:]
        cipher = self._ciphers.get(key_id) or self._cipher(key_id)
        try:
            return cipher.decrypt(nonce, sealed[HEADER + NONCE_BYTES :], header + place)
        except self._refused:
            raise Unreadable(place.decode()) from None

    def _cipher(self, key_id: bytes) -> _Cipher:
        from cryptography.exceptions import InvalidTag  # here, because a start must not wait for it
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._refused = InvalidTag
        if key_id not in self._secrets and self._learn_more is not None:
            self._learn_more()
        secret = self._secrets.get(key_id)
        if secret is None:
            raise UnknownKey(key_id.hex())
        cipher = self._ciphers[key_id] = AESGCM(secret.get_secret_value())
        return cipher


def new_key() -> tuple[str, SecretBytes]:
    """A new key and its id, both at random."""
    return os.urandom(ID_BYTES).hex(), SecretBytes(os.urandom(KEY_BYTES))


def in_memory() -> Keyring:
    """A keyring with one new key, which is gone with the process."""
    ring = Keyring()
    key_id, secret = new_key()
    ring.add(key_id, secret)
    ring.seal_with(key_id)
    return ring


def give(engine: Engine, ring: Keyring) -> None:
    """Let everything that goes through this engine be sealed and opened with these keys. The engine's dialect carries them, because
    that is what a column type is handed."""
    engine.dialect.__dict__["narrative_keys"] = ring


class Narrative(TypeDecorator[Any]):
    """A column of JSON values that is sealed in the database. `place` is `table.column`, which is authenticated with each value."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place
        self._about = place.encode()

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Seal it; None stays None."""
        if value is None:
            return None
        plain = _written(value).encode()
        ring: Keyring = dialect.__dict__["narrative_keys"]
        return ring.seal(plain, self._about)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        """Open it. Raises UnknownKey, Unreadable."""
        if value is None:
            return None
        ring: Keyring = dialect.__dict__["narrative_keys"]
        return _read(ring.open(value, self._about).decode())[0]
