"""Whether the audit holds, by itself and by the signed heads that were published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bot.console import fail
from bot.evidence import heads_file
from bot.settings import Settings
from storage import audit
from storage import heads as signed
from storage.audit_records import Records
from storage.database import Database
from storage.heads import SignedHead
from storage.signing import PublicKey, UnusableKey, public_keys, read_key


@dataclass
class Found:
    """What was found: `broken` of the audit itself; a sentence each of `faults` of the heads that were to be compared with, and of what
    in the records does not fit the audit (`unfit`)."""

    rows: int = 0
    heads: list[SignedHead] = field(default_factory=list)
    broken: audit.Broken | None = None
    faults: list[str] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return self.broken is None and not self.faults and not self.unfit

    def sentences(self) -> list[str]:
        """For people."""
        if self.broken is not None:
            return [str(self.broken)]
        rows = "1 row" if self.rows == 1 else f"{self.rows} rows"
        if not self.heads:
            return [f"The audit is whole: {rows}. There was no signed head to compare it with."]
        last = max(self.heads, key=lambda head: head.number)
        many = "1 signed head confirms" if len(self.heads) == 1 else f"{len(self.heads)} signed heads confirm"
        return [f"The audit is whole: {rows}. {many} it up to row {last.number}, the last of {last.at[:10]}."]

    def plain(self) -> dict[str, Any]:
        """For programs."""
        return {
            "whole": self.whole,
            "rows": self.rows,
            "heads": len(self.heads),
            "confirmed": max((head.number for head in self.heads), default=0),
            "broken": None if self.broken is None else asdict(self.broken),
            "faults": self.faults,
            "records": self.unfit,
        }


def look(database: Database, settings: Settings, file: Path | None, trusted: Sequence[Path]) -> Found:
    """Check every row, against the heads in the file (else the file that is written here) and in the database; and the records against it.

    trusted: files of public keys; without any, those that the database knows, which whoever rewrites it may have made. Ends the
    program with a sentence for a file that cannot be read.
    """
    found = Found()
    with database.snapshot() as session:
        keys = _keys(trusted, settings, signed.keys(session))
        for where, head in (*_of_file(found, file, settings), *_of_database(signed.published(session))):
            if head.is_signed_by(keys):
                found.heads.append(head)
            elif any(head.key == key.fingerprint for key in keys):
                found.faults.append(f"{where}: the signature is not that of the key that it names.")
            else:
                found.faults.append(
                    f"{where}: it is signed with a key that is not trusted here, with the fingerprint {head.key[:16]}. If it is the authority's, name it by --public-key."
                )
        records, anchors = Records(session), [audit.Head(head.number, head.hash) for head in found.heads]
        found.broken = audit.verify(session, anchors, records.saw)
        if found.broken is None:
            found.unfit = records.unfit()
        found.rows = audit.head(session).number
    found.heads = list(dict.fromkeys(found.heads))
    return found


def _of_file(found: Found, file: Path | None, settings: Settings) -> list[tuple[str, SignedHead]]:
    path = file or settings.audit_heads_file
    if file is None and not path.exists():
        return []
    heads: list[tuple[str, SignedHead]] = []
    try:
        for number, head in heads_file.read(path):
            where = f"{path}, line {number}"
            if head is None:
                found.faults.append(f"{where}: this is not a signed head of the audit as it was published.")
            else:
                heads.append((where, head))
    except OSError as error:
        raise fail(f"{path} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from None
    return heads


def _of_database(heads: Iterable[SignedHead]) -> list[tuple[str, SignedHead]]:
    return [(f"The database's signed head of row {head.number}", head) for head in heads]


def _keys(trusted: Sequence[Path], settings: Settings, known: list[PublicKey]) -> list[PublicKey]:
    if not trusted:
        try:
            own = read_key(settings.audit_key_file)
        except UnusableKey:
            own = None
        return known if own is None else [*known, own.public]
    keys: list[PublicKey] = []
    for path in trusted:
        try:
            keys += public_keys(path.read_text(encoding="utf-8"), str(path))
        except OSError as error:
            raise fail(f"{path} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from None
        except UnicodeDecodeError:
            raise fail(str(UnusableKey(path))) from None
        except UnusableKey as fault:
            raise fail(str(fault)) from None
    return keys
