"""The two public standards that the proof rests on: Ed25519 signatures (RFC 8032) and Merkle trees (RFC 6962).

Nothing here knows of records, and nothing is secret, so that it need not be quick. Whoever prefers a library for it may use one.
"""

from __future__ import annotations

import base64
from hashlib import sha256, sha512

P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT_OF_MINUS_1 = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
BASE = (4 * pow(5, -1, P) % P).to_bytes(32, "little")


def public_keys(pem: str) -> dict[str, bytes]:
    """The keys in a PEM file, 32 bytes each, by their fingerprint."""
    ders = [base64.b64decode(part.rpartition("-----")[2]) for part in pem.split("-----END")[:-1]]
    return {sha256(der).hexdigest(): der[-32:] for der in ders}


def root_above(leaf: bytes, path: list[tuple[str, str]]) -> str:
    """The root of the Merkle tree over a leaf; the path has what stands beside it on the way up, on its side "L" or "R"."""
    root = sha256(b"\0" + leaf).digest()
    for side, other in path:
        pair = bytes.fromhex(other) + root if side == "L" else root + bytes.fromhex(other)
        root = sha256(b"\1" + pair).digest()
    return root.hex()


def is_signature(signature: bytes, message: bytes, key: bytes) -> bool:
    """Whether the holder of this public key (32 bytes) signed this message: RFC 8032, section 5.1.7."""
    half, number = signature[:32], int.from_bytes(signature[32:], "little")
    base, key_point, half_point = point(BASE), point(key), point(half)
    if len(signature) != 64 or number >= ORDER or not base or not key_point or not half_point:
        return False
    challenge = int.from_bytes(sha512(half + key + message).digest(), "little") % ORDER
    return times(number, base) == add(half_point, times(challenge, key_point))


def point(data: bytes) -> tuple[int, int] | None:
    """The point of the curve that these 32 bytes stand for, or None: section 5.1.3."""
    y, sign = int.from_bytes(data, "little") % 2**255, data[-1:] >= b"\x80"
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT_OF_MINUS_1 % P
    x = x if x % 2 == sign else -x % P
    return (x, y) if len(data) == 32 and y < P and x * x % P == square and x % 2 == sign else None


def add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    """The sum of two points: section 5.1.4."""
    t = D * a[0] * b[0] * a[1] * b[1]
    x, y = a[0] * b[1] + a[1] * b[0], a[1] * b[1] + a[0] * b[0]
    return x * pow(1 + t, -1, P) % P, y * pow(1 - t, -1, P) % P


def times(number: int, a: tuple[int, int]) -> tuple[int, int]:
    """So many times a point."""
    return add(times(number // 2, add(a, a)), a if number % 2 else (0, 1)) if number else (0, 1)
