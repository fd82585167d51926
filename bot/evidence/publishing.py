"""Once a day the head of the audit is signed and published outside of the database, whichever replica comes first."""

from __future__ import annotations

from pathlib import Path

import structlog
from sqlmodel import Session

from bot.evidence import heads_file
from bot.evidence.keys import NoKeyHere, key_here
from commands.desk import SYSTEM, Desk
from commands.office import Office
from commands.problem_notes import report_problem
from storage import audit, heads, problems
from storage.signing import PublicKey

_log = structlog.get_logger()
_KEY, _BROKEN, _FILE = "audit-key", "audit-broken", "audit-heads"


class Publisher:
    """Signs and publishes heads, for one process. Several processes may do so from one database: one head a day comes of it.

    Each writes every head into its own file, or all into one that they share: nothing stands there twice.
    """

    def __init__(self, office: Office, key: Path, file: Path) -> None:
        self._office, self._key, self._file = office, key, file
        self._begun = False
        self._done = ""
        """The day for which nothing is left to do."""
        self._written = -1
        """The last row that the file's heads cover."""
        self._trouble: dict[str, str] = {}

    def begin(self) -> None:
        """See to the key; the first start of all makes it. Part of the first pass, because to load what reads a key takes a moment."""
        self._begun = True
        try:
            made = key_here(self._office, self._key)
        except NoKeyHere as trouble:
            self._tell(_KEY, str(trouble))
            return
        self._well(_KEY)
        if made.new:
            _log.info("audit_key_made", fingerprint=made.key.public.fingerprint[:16])

    def go(self) -> None:
        """Part of every pass: sign the head of a day on which something has changed, and bring the file up to date."""
        if not self._begun:
            self.begin()
        now = self._office.clock.now()
        today = self._office.today(now).isoformat()
        if self._done == today:
            return
        with self._office.database.read() as session:
            day, number = heads.last_published(session)
            end = audit.head(session).number
        if day < today and end != number:
            signed = self._sign(today)
            number = signed or number
            day = today if signed else day
        if number and number != self._written and self._write():
            self._written = number
        if day == today and self._written == number:
            self._done = today

    def _sign(self, today: str) -> int:
        """Returns how many rows the head of today covers; 0 where none could be signed."""
        office = self._office
        try:
            key = key_here(office, self._key).key
        except NoKeyHere as trouble:
            self._tell(_KEY, str(trouble))
            return 0
        self._well(_KEY)
        try:
            with office.database.read() as session:
                lost = self._lost(session, key.public)
                following = None if lost else heads.next_head(session)
        except heads.NotWhole as found:
            self._tell(
                _BROKEN,
                f"{found} Its head is not signed. Nothing was changed by this program: see what to do in docs/administrators.md.",
            )
            self._done = today  # the rows are many; tomorrow, or the next start, looks again
            return 0
        if lost or following is None:
            self._tell(_BROKEN, lost)
            self._done = today
            return 0
        self._well(_BROKEN)
        signed = heads.sign(following, key, at=office.clock.now(), authority=office.authority.name)
        with office.database.write() as session:
            if heads.keep(session, signed, following, today, office.authority.audit.channel):
                _log.info("audit_head_signed", number=signed.number, hash=signed.hash[:16])
            return heads.last_published(session)[1]

    def _lost(self, session: Session, own: PublicKey) -> str:
        """What is wrong where the database no longer has what the last line of the file says; nothing where it has."""
        try:
            signed = [head for _, head in heads_file.read(self._file) if head is not None]
        except OSError:
            return ""  # not there yet; or it cannot be written either, which is told
        keys = [own, *heads.keys(session)]
        last = next((head for head in reversed(signed) if head.is_signed_by(keys)), None)
        if last is None or heads.is_held(session, last):
            return ""
        return (
            f"The audit is not what {self._file} says: the head of row {last.number}, published on {last.at[:10]}, names a row that is not there, or another one. "
            "Rows were removed or written anew, or an older backup was restored. No head is signed: see what to do in docs/administrators.md."
        )

    def _write(self) -> bool:
        with self._office.database.read() as session:
            published = heads.published(session)
        try:
            heads_file.append_missing(self._file, published)
        except OSError as error:
            why = (error.strerror or str(error)).lower().rstrip(".")
            self._tell(
                _FILE,
                f"The signed head of the audit cannot be written to {self._file}: {why}. It is tried again; set CHALLENGE_AUDIT_HEADS to a file that can be written.",
            )
            return False
        self._well(_FILE)
        return True

    def _tell(self, key: str, sentence: str) -> None:
        """Tell the administrators, once while it is so."""
        if self._trouble.get(key) == sentence:
            return
        self._trouble[key] = sentence
        _log.error("audit_not_published", reason=key)
        with self._office.database.write() as session:
            report_problem(Desk(self._office, session, SYSTEM), key, sentence, None)

    def _well(self, key: str) -> None:
        if self._trouble.get(key) == "":
            return
        self._trouble[key] = ""
        with self._office.database.write() as session:
            problems.solve(session, key, self._office.clock.now())
