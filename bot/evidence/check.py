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


def need(right: bool, otherwise: str) -> None:
    if not right:
        sys.exit(f"NOT PROVEN: {ascii(otherwise)[1:-1]}"[:500])


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def digest(value: Any, salt: str = "") -> str:
    return sha256(salt.encode() + canonical(value)).hexdigest()


def need_signed(statement: Any, what: str, keys: dict[str, bytes]) -> None:
    said = canonical({name: value for name, value in statement.items() if name != "signature"})
    signature, key = bytes.fromhex(statement["signature"]), keys.get(statement["key"], b"")
    need(is_signature(signature, said, key), f"{what} is not as it was signed with this key.")


def check(evidence: Any, keys: dict[str, bytes], folder: Path) -> None:
    need_signed(evidence, "evidence.json", keys)
    for name, hash_ in evidence["files"].items():
        data = (folder / Path(name).name).read_bytes()
        need(sha256(data).hexdigest() == hash_, f"{name} is not as the authority gave it out.")
    for head in evidence["heads"]:
        need_signed(head, f"the head of row {head['number']}", keys)
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
    here = Path(__file__).resolve().parent
    try:
        known = public_keys(Path(sys.argv[1] if len(sys.argv) > 1 else here / "public-key.pem").read_text())
        it = json.loads((here / "evidence.json").read_text(encoding="utf-8"))
        check(it, known, here)
        lines = [
            f"PROVEN for {it['opening']['reference']}, as {it['authority']} gave it out on {it['at'][:10]}:",
            f"- Every step ({len(it['steps'])}) is as it was written, with its author and time.",
            f"- {len(it['rows'])} rows of the audit, who changed or read it and when, are under these signed heads:",
            *(f"  {head['at'][:10]}: {head['number']} rows, {head['hash']}" for head in it["heads"]),
            "Compare these with what was published on those days: then nobody has changed it since, the authority included.",
            "NOT proven: that it is true, that nothing was said or read elsewhere, or when before its head a row was written.",
            f"Signed with the key {', '.join(known)}.",
        ]
        need(all(line.isprintable() for line in lines), "what it says of itself cannot be shown.")
    except Exception as error:  # noqa: BLE001  whatever is wrong with it, nothing is proven
        need(False, f"the evidence cannot be read ({type(error).__name__}): {error}")
    if len(sys.argv) == 1:
        lines.append("That key came with the evidence. Ask the authority for its fingerprint, and compare.")
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    print("\n".join(lines))
