"""Checks the bundle in this folder: python check.py [KEY.pem]. It needs Python 3.8 or later, nothing else, and asks nobody.

KEY.pem is the authority's public key as you got it from the authority itself; without it the one in the bundle is used.
"""

import base64
import json
import sys
from hashlib import sha256, sha512
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Dict, List, Tuple

HERE = Path(__file__).resolve().parent
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = Tuple[int, int]


def need(right: bool, sentence: str) -> None:
    if not right:
        sys.exit(f"NOT PROVEN: {sentence if sentence.isprintable() else ascii(sentence)}"[:500])


# Ed25519 signatures, RFC 8032, section 5.1
def point(data: bytes) -> Point:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    need(y < P and x * x % P == square and len(data) == 32, "a key or a signature is malformed.")
    return (x if x & 1 == sign else P - x), y


def add(a: Point, b: Point) -> Point:
    t = D * a[0] * b[0] * a[1] * b[1] % P
    x, y = a[0] * b[1] + a[1] * b[0], a[1] * b[1] + a[0] * b[0]
    return x * pow(1 + t, -1, P) % P, y * pow(1 - t, -1, P) % P


def times(number: int, a: Point) -> Point:
    result = (0, 1)
    while number:
        result, a, number = add(result, a) if number & 1 else result, add(a, a), number >> 1
    return result


def is_signed(statement: Any, signature: str, key: bytes) -> bool:
    half, rest = bytes.fromhex(signature)[:32], int.from_bytes(bytes.fromhex(signature)[32:], "little")
    challenge = int.from_bytes(sha512(half + key + canonical(statement)).digest(), "little") % ORDER
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    return rest < ORDER and times(rest, base) == add(point(half), times(challenge, point(key)))


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def digest(value: Any, before: str = "") -> str:
    return sha256(before.encode() + canonical(value)).hexdigest()


def keys_of(path: Path) -> Dict[str, bytes]:
    ders = [base64.b64decode(part.split("-----")[-1]) for part in path.read_text().split("-----END")[:-1]]
    return {sha256(der).hexdigest(): der[-32:] for der in ders}


def check(keys: Dict[str, bytes]) -> Tuple[Any, Any, Any, int]:
    bundle = json.loads((HERE / "bundle.json").read_text())
    need(
        is_signed(bundle["statement"], bundle["signature"], keys.get(bundle["statement"]["key"], b"")),
        "bundle.json is not signed by this key.",
    )
    for name, hash_ in bundle["statement"]["files"].items():
        need(Path(name).name == name, "a file outside of this folder is named.")
        need(
            sha256((HERE / name).read_bytes()).hexdigest() == hash_,
            f"{name} is not as the authority gave it out.",
        )
    heads = [json.loads(line) for line in (HERE / "heads.jsonl").read_text().splitlines()]
    for head in heads:
        signature = head.pop("signature")
        need(
            is_signed(head, signature, keys.get(head["key"], b"")),
            f"the head of row {head['number']} is not signed by this key.",
        )
    record = json.loads((HERE / "record.json").read_text())
    rows = json.loads((HERE / "audit.json").read_text())
    steps, proven = {step["number"]: digest(step) for step in record["steps"]}, set()
    for row in rows:
        here = f"row {row['number']} of the audit"
        body, salt, path, head = row.pop("body"), row.pop("salt"), row.pop("path"), heads[row.pop("head")]
        need(
            body is None or row["digest"] == digest(body, salt), f"{here}: its body is not as it was written."
        )
        need(row["subject"] == record["opening"]["reference"], f"{here} is about something else.")
        hash_ = row.pop("hash")
        need(hash_ == digest(row), f"{here} is not as it was written.")
        root = sha256(b"\0" + bytes.fromhex(hash_)).digest()
        for side, other in path:
            pair = bytes.fromhex(other) + root if side == "L" else root + bytes.fromhex(other)
            root = sha256(b"\1" + pair).digest()
        need(root.hex() == head["root"], f"{here} is not among the rows that its signed head covers.")
        if body and "content" in body:
            need(
                steps.get(body["entry"]) == body["content"],
                f"step {body['entry']} of the record is not as it was written.",
            )
            need(
                "opening" not in body or body["opening"] == digest(record["opening"]),
                "the record's opening is not as it was written.",
            )
            proven.add(body["entry"])
    need(
        proven == set(steps) == set(range(1, len(steps) + 1)),
        "a step of the record is missing, or no row proves it.",
    )
    return bundle["statement"], rows, heads, len(steps)


def told(statement: Any, rows: Any, heads: Any, count: int) -> List[str]:
    return [
        f"PROVEN for {statement['reference']}, as {statement['authority']} gave it out on {statement['at'][:10]}:",
        f"- All {count} steps of the record are as they were written, each with its author and time.",
        f"- {len(rows)} rows of the audit, who changed or read it and when, were in it when these heads were signed:",
        *(f"  {head['at'][:10]}: {head['number']} rows, {head['hash']}" for head in heads),
        "Compare these with what the authority published on those days; then nobody can have changed it since, the authority included.",
        "NOT proven: that what was written is true, that nothing was said or read elsewhere, or when before its head a row was written.",
    ]


if __name__ == "__main__":
    try:
        trusted = keys_of(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "public-key.pem")
        lines = told(*check(trusted))
        need(all(line.isprintable() for line in lines), "what it says of itself cannot be shown.")
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        need(False, f"the bundle cannot be read ({type(error).__name__}): {error}")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    print("\n".join(lines))
    print(f"Signed with the key {', '.join(trusted)}.")
    if len(sys.argv) == 1:
        print("That key came with the bundle. Ask the authority for its fingerprint, and compare.")
