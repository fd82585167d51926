"""The files in which records travel and are proven: key files, published heads, backups, evidence bundles."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import io
import json
import runpy
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from bot.evidence import bundle, heads_file, standards
from bot.evidence.publishing import Publisher
from storage import backups, people
from storage.database import Database, DatabaseNewer
from storage.keys import KeyFile, WrongKeys
from storage.moving import Refusal
from storage.signing import SigningKey, UnusableKey, public_keys, read_key
from tests.commands.conftest import MONDAY, Council
from tests.fuzz.files import folder, in_file
from tests.fuzz.target import Finding, Target, check_sentence

EVIDENCE = Path(bundle.__file__).parent


_numbers: list[int] = []


@cache
def council() -> Council:
    """A council whose record is worth fuzzing: a challenge, an audit, a head that was signed."""
    database = Database("sqlite://")
    database.migrate()
    found = Council(database)
    with database.write() as session:
        people.apply_people(session, found.rows, at=MONDAY)
    reference = found.raises()
    _numbers.append(int(reference.removeprefix("CH-")))
    Publisher(found.office, folder() / "audit-key.pem", folder() / "audit-heads.jsonl").go()
    return found


@cache
def _key() -> SigningKey:
    council()
    key = read_key(folder() / "audit-key.pem")
    assert key is not None
    return key


def _read_keys(data: bytes) -> None:
    KeyFile(in_file(data, "keys.toml")).read()


def _read_pem(data: bytes) -> None:
    with contextlib.suppress(UnusableKey):
        read_key(in_file(data, "audit-key-tried.pem"))
    public_keys(data.decode("utf-8", "replace"), "key.pem")


def _read_heads(data: bytes) -> None:
    [known] = public_keys(_key().public.pem, "key.pem")
    for number, head in heads_file.read(in_file(data, "heads.jsonl")):
        if number < 1:
            raise Finding("A line has no number.")
        if head is not None:
            head.is_signed_by([known])


def _read_backup(data: bytes) -> None:
    backups.read(in_file(data, "tried.backup"))


def _load_lines(data: bytes) -> None:
    """The bytes as the lines of a backup, counted and sealed anew, as somebody would who wants it to be taken."""
    path = in_file(gzip.compress(sealed_anew(data), 1, mtime=0), "sealed.backup")
    contents = backups.read(path)
    database = _empty()
    try:
        with database.whole() as session:
            backups.load(contents, session)
            raise _Enough
    except _Enough:
        pass


class _Enough(Exception):
    """What was loaded need not stay."""


@cache
def _empty() -> Database:
    database = Database("sqlite://")
    database.migrate()
    return database


def sealed_anew(data: bytes) -> bytes:
    """The lines of a backup with the counts and digests that they ought to have."""
    whole, counted, rows = hashlib.sha256(), hashlib.sha256(), 0
    out: list[bytes] = []
    for line in data.split(b"\n"):
        written = line + b"\n"
        if line.startswith(b"["):
            rows += 1
            counted.update(written)
        elif line.startswith(b'{"table"'):
            rows, counted = 0, hashlib.sha256()
        elif line.startswith(b'{"rows"'):
            written = (
                json.dumps({"rows": rows, "sha256": counted.hexdigest()}, separators=(",", ":")).encode()
                + b"\n"
            )
        elif line.startswith(b'{"end"') or not line:
            continue
        out.append(written)
        whole.update(written)
    out.append(json.dumps({"end": whole.hexdigest()}).encode() + b"\n")
    return b"".join(out)


def _check_bundle(data: bytes) -> None:
    """Run check.py over a bundle, whose files are the lines `== name` and what follows, signed anew with the bundle's own key."""
    check_sentence(said_of_bundle(data))


def said_of_bundle(data: bytes) -> str:
    """What check.py says."""
    place = folder() / "bundle"
    place.mkdir(exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    for name in SHIPPED:
        (place / name).write_bytes((EVIDENCE / name).read_bytes())
    for name, content in _parts(data):
        (place / name).write_bytes(_signed(content) if name == "evidence.json" else content)
    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    before = sys.argv
    sys.argv = ["check.py"]
    sys.modules["standards"] = standards  # as in the folder of a bundle
    try:
        with contextlib.redirect_stdout(said):
            runpy.run_path(str(place / "check.py"), run_name="__main__")
    except SystemExit as refused:
        if not str(refused.code).startswith("NOT PROVEN: "):
            raise Finding("A refusal does not say that nothing is proven.") from None
        return str(refused.code)
    finally:
        sys.argv = before
        del sys.modules["standards"]
    said.seek(0)
    return said.read()


NAMES = ("evidence.json", "public-key.pem")
SHIPPED = ("check.py", "standards.py")


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    for part in data.split(b"== ")[1:]:
        name, _, content = part.partition(b"\n")
        if name.decode("ascii", "replace") in NAMES:
            yield name.decode(), content


def _signed(content: bytes) -> bytes:
    """Signed anew, and each head with it, as far as it can be: so that what lies behind the signatures is reached."""
    with contextlib.suppress(ValueError, RecursionError, TypeError, AttributeError, KeyError):
        told: dict[str, Any] = json.loads(content)
        for each in [*told["heads"], told]:
            each.pop("signature", None)
            each["signature"] = _key().sign(each)
        return json.dumps(told).encode()
    return content


def _bundle() -> bytes:
    packed = bundle.export(
        council().office, folder() / "audit-key.pem", _numbers[0], actor="system", reason="Asked for."
    )
    with ZipFile(io.BytesIO(packed)) as archive:
        return b"".join(f"== {name}\n".encode() + archive.read(name) for name in NAMES)


def _backup() -> bytes:
    path = folder() / "whole.backup"
    backups.write(council().office.database, path, MONDAY)
    return path.read_bytes()


def _key_file() -> bytes:
    made = KeyFile(folder() / "made.keys")
    made.path.unlink(missing_ok=True)
    made.make_key()
    made.make_key()
    return made.path.read_bytes()


def targets() -> list[Target]:
    """Made when asked for: a council signs its audit and writes a backup first."""
    backup = _backup()
    pem = (folder() / "audit-key.pem").read_bytes()
    refusals = (backups.BrokenBackup, Refusal, DatabaseNewer)
    return [
        Target(
            "key file",
            _read_keys,
            (_key_file(),),
            (WrongKeys,),
            (b"[[key]]", b"secret = ", b'"', b"made = ", b"2026-01-01", b"9" * 30),
        ),
        Target(
            "signing keys (PEM)",
            _read_pem,
            (pem, _key().public.pem.encode()),
            (UnusableKey,),
            (b"-----BEGIN", b"-----END PUBLIC KEY-----", b"MCowBQYDK2VwAyEA"),
        ),
        Target(
            "published heads",
            _read_heads,
            ((folder() / "audit-heads.jsonl").read_bytes(),),
            (),
            (b'"number": ', b"null", b"1e999", b"[" * 50, b"\\ud800"),
        ),
        Target("backup, its bytes", _read_backup, (backup,), refusals, (b"\x1f\x8b\x08", b"\0" * 8)),
        Target(
            "backup, sealed anew",
            _load_lines,
            (gzip.decompress(backup),),
            refusals,
            (
                b"null",
                b"[",
                b"]",
                b"{",
                b"}",
                b'""',
                b"true",
                b"-1",
                b"1e999",
                b"9" * 30,
                b'"\\ud800"',
                b"[[[",
            ),
        ),
        Target(
            "evidence bundle",
            _check_bundle,
            (_bundle(),),
            (),
            (
                b"null",
                b"[]",
                b"{}",
                b'"L"',
                b"-1",
                b"1e999",
                b"../",
                b'"/dev/null"',
                b'"\\u0000"',
                base64.b64encode(b"\0" * 44),
            ),
        ),
    ]
