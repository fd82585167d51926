"""The bundle that proves one challenge to a court or an inspector, who needs nothing of ours to check it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlmodel import Session

from bot.evidence.keys import key_here
from commands.office import Office
from storage import audit, evidence, heads
from storage.heads import SignedHead
from storage.merkle import Tree, along
from storage.signing import PublicKey

KIND = "audit-bundle"
"""Stands in what is signed, so that the signature can pass for nothing else."""


class NothingToExport(Exception):
    """There is no such challenge."""


@dataclass(frozen=True)
class _Parts:
    record: dict[str, Any]
    rows: list[dict[str, Any]]
    heads: list[SignedHead]
    keys: list[PublicKey]


def export(office: Office, key_file: Path, challenge_id: int, *, actor: str, reason: str) -> bytes:
    """The bundle as a zip. That it was exported, by whom and why, is a row of the audit, and in the bundle.

    Raises NothingToExport, NoKeyHere, heads.NotWhole; of these the last comes after that row.
    """
    subject = f"CH-{challenge_id}"
    key = key_here(office, key_file).key
    now = office.clock.now()
    with office.database.write() as session:
        if evidence.record(session, challenge_id) is None:
            raise NothingToExport(subject)
        audit.append(
            session, at=now, actor=actor, action="exported", subject=subject, body={"reason": reason}
        )
    with office.database.read() as session:
        following = heads.next_head(session)
    signed = heads.sign(following, key, at=now, authority=office.authority.name)
    with office.database.write() as session:
        heads.keep(session, signed, following, None)
    with office.database.read() as session:
        parts = _collect(session, challenge_id, subject, signed)
    statement = {
        "kind": KIND,
        "authority": office.authority.name,
        "at": signed.at,
        "key": key.public.fingerprint,
        **parts.record,
        "rows": parts.rows,
        "heads": [head.line() for head in parts.heads],
    }
    sealed = {**statement, "signature": key.sign(statement)}
    return _zipped({"evidence.json": f"{json.dumps(sealed, indent=1)}\n".encode(), **_beside(parts.keys)})


def _collect(session: Session, challenge_id: int, subject: str, last: SignedHead) -> _Parts:
    """The record, its rows with the way from each to a signed head, the heads, and the keys that signed them."""
    record = evidence.record(session, challenge_id)
    if record is None:
        raise NothingToExport(subject)
    keys = heads.keys(session)
    known = [
        head for head in heads.published(session) if head.number <= last.number and head.is_signed_by(keys)
    ]
    known.append(last)
    tree = Tree(evidence.all_hashes(session, last.number))
    used: list[SignedHead] = []
    rows: list[dict[str, Any]] = []
    for row in evidence.rows_about(session, subject):
        if row["number"] > last.number:
            continue
        data = bytes.fromhex(row.pop("hash"))
        # The first head that covers it says the earliest day by which it was there.
        for head in known:
            if head.number < row["number"]:
                continue
            path = tree.path(row["number"] - 1, head.number)
            if along(data, path).hex() == head.root:
                break
        if head not in used:
            used.append(head)
        way = [[side, other.hex()] for side, other in path]
        body, salt = row.pop("body"), row.pop("salt")
        rows.append({"row": row, "body": body, "salt": salt, "head": used.index(head), "path": way})
    signing = {head.key for head in used}
    return _Parts(record, rows, used, [key for key in keys if key.fingerprint in signing])


def _beside(keys: Iterable[PublicKey]) -> dict[str, bytes]:
    """The files that go with what is proven."""
    shipped = files("bot.evidence")
    texts = {name: shipped.joinpath(name).read_bytes() for name in ("README.txt", "check.py", "standards.py")}
    return {**texts, "public-key.pem": "".join(key.pem for key in keys).encode()}


def _zipped(contents: Mapping[str, bytes]) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as file:
        for name, data in contents.items():
            file.writestr(ZipInfo(name), data, ZIP_DEFLATED)
    return target.getvalue()
