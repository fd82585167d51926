"""Checks the evidence in this folder: python check.py [KEY.pem]. It needs Python 3.8 or later and nothing else, and asks nobody.

KEY.pem is the authority's public key as you got it from the authority itself; without it the one that came along is used.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from standards import is_signature, public_keys, root_above


def need(right: bool, otherwise: str) -> bool:
    return right or sys.exit(f"NOT PROVEN: {ascii(otherwise)[1:-1]}"[:500])


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def digest(value: Any, salt: str = "") -> str:
    return sha256(salt.encode() + canonical(value)).hexdigest()


def check(evidence: Any, keys: dict[str, bytes]) -> None:
    for signed in (evidence, *evidence["heads"]):
        said = canonical({name: value for name, value in signed.items() if name != "signature"})
        signature, key = bytes.fromhex(signed["signature"]), keys.get(signed["key"], b"")
        need(is_signature(signature, said, key), f"the {signed['kind']} is not as this key signed it.")
    opening, proven = digest(evidence["opening"]), set()
    steps = {number: digest(step) for number, step in enumerate(evidence["steps"], start=1)}
    for item in evidence["rows"]:
        row, body, this = item["row"], item["body"], f"row {item['row']['number']} of the audit"
        need(row["subject"] == evidence["opening"]["reference"], f"{this} is about something else.")
        need(body is None or digest(body, item["salt"]) == row["digest"], f"{this} has another body.")
        root = root_above(bytes.fromhex(digest(row)), item["path"])
        need(root == evidence["heads"][item["head"]]["root"], f"{this} is not under its signed head.")
        if body and "content" in body:
            step = body["entry"]
            need(steps.get(step) == body["content"], f"step {step} of the record is not as it was written.")
            need(body.get("opening", opening) == opening, "the record was not opened as it says.")
            proven.add(step)
    need(proven == set(steps), "a step of the record is missing, or no row proves it.")


if __name__ == "__main__":
    here, given = Path(__file__).resolve().parent, sys.argv[1:]
    try:
        known = public_keys(Path(given[0] if given else here / "public-key.pem").read_text())
        it = json.loads((here / "evidence.json").read_text(encoding="utf-8"))
        check(it, known)
        lines = [
            f"PROVEN for {it['opening']['reference']}, as {it['authority']} gave it out on {it['at'][:10]}:",
            f"- Every step ({len(it['steps'])}) is as it was written, with its author and time.",
            f"- {len(it['rows'])} rows of the audit, who changed or read it and when, are under these signed heads:",
            *(f"  {head['at'][:10]}: {head['number']} rows, {head['hash']}" for head in it["heads"]),
            "All but the last, signed for this bundle, were published: compare. Nobody has changed since what they cover.",
            "NOT proven: that it is true, that nothing was said or read elsewhere, or when before its head a row was written.",
            f"Signed with the key {', '.join(known)}{'.' if given else ', which came along: ask the authority for its own.'}",
        ]
        need(all(line.isprintable() for line in lines), "what it says of itself cannot be shown.")
    except Exception as error:  # noqa: BLE001  whatever is wrong with it, nothing is proven
        need(False, f"the evidence cannot be read ({type(error).__name__}): {error}")
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    print("\n".join(lines))
