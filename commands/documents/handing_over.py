"""Documents on their way to a person: the message that is put into the outbox, and the file when it is sent.

As with every message, the outbox holds no words of the case, only which document of which record is meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from commands.desk import Desk
from commands.documents.activity import activity
from commands.documents.offers import as_file, made
from commands.documents.scope import units_for
from commands.documents.template import TemplateFault
from commands.leads import Notice
from commands.record import Record, challenge_id
from commands.vocabulary import Card, File, Paragraph
from procedures.schema import Procedure
from procedures.schema.documents import ActivityReport, Document
from storage import outbox
from storage.outbox import Note

DOCUMENT, REPORT = "document", "report"
PERSONAL = frozenset({DOCUMENT, REPORT})
"""Messages for whoever asked for them, and nobody who covers for them."""


def ask_for_document(desk: Desk, record: Record, document: Document, language: str) -> None:
    """Send a document to whoever asks, at once: it is their own request. The reading is written down."""
    desk.read(record, f"document {document.id}")
    subject = record.reference
    _put(desk, DOCUMENT, subject, {"document": document.id, "language": language})


def ask_for_report(
    desk: Desk, procedure: Procedure, report: ActivityReport, first: date, last: date, language: str
) -> None:
    """The same for a report of activity; the days are the first and the last of its period."""
    period = {"first": first.isoformat(), "last": last.isoformat()}
    desk.note_down("read", procedure.id, {"how": f"report {report.id}", **period})
    _put(desk, REPORT, procedure.id, {"document": report.id, "language": language, **period})


def _put(desk: Desk, notice: str, subject: str, body: Mapping[str, str]) -> None:
    request = desk.key or f"{desk.now:%Y%m%dT%H%M%S%f}"
    key = f"{notice}:{subject}:{body['document']}:{desk.actor.email}:{request}"
    note = Note(
        key=key,
        email=desk.actor.email,
        notice=notice,
        due_at=desk.now,
        send_after=desk.now,
        body={"subject": subject, **body},
        urgent=True,
    )
    outbox.put(desk.session, [note])


def tell_asker(desk: Desk, email: str, key: str, reason: str) -> None:
    """Tell whoever asked that a document did not get through: they are waiting for it."""
    sentence = (
        f"The document that you asked for could not be sent. {reason} The administrators have been told."
    )
    note = Note(
        key=f"asker:{key}",
        email=email,
        notice="problem",
        due_at=desk.now,
        send_after=desk.now,
        body={"sentence": sentence},
        urgent=True,
    )
    outbox.put(desk.session, [note])


def compose(desk: Desk, notice: Notice) -> Card:
    """The words and the file, made now from what is recorded now; the reason alone where it cannot be made."""
    try:
        return (_report if notice.notice == REPORT else _document)(desk, notice)
    except TemplateFault as fault:
        words = (
            f"{fault} Please show this to whoever looks after challenge-bot: “documents check” finds it too."
        )
        return Card("The document could not be made", (Paragraph(words),), "A document could not be made")


def _document(desk: Desk, notice: Notice) -> Card:
    subject = str(notice.body["subject"])
    record = desk.office_record(challenge_id(subject))
    if record is None or not desk.may_see(record):
        gone = "You no longer have a part in this challenge, so its document was not sent."
        return Card(subject, (Paragraph(gone),), subject)
    document = next(each for each in record.procedure.paper if each.id == notice.body["document"])
    file = made(desk, record, document, str(notice.body["language"]))
    words = f"{subject}: {document.title}, as asked for."
    return _with_file(words, file)


def _report(desk: Desk, notice: Notice) -> Card:
    body = notice.body
    for procedure in desk.procedures:
        for report in procedure.report:
            if (procedure.id, report.id) == (body["subject"], body["document"]):
                units = units_for(desk, report)
                first, last = date.fromisoformat(body["first"]), date.fromisoformat(body["last"])
                paper = activity(desk, procedure, report, (first, last), units, str(body["language"]))
                file = as_file(desk.office, procedure, report.id, paper)
                return _with_file(f"{report.title}, as asked for.", file)
    gone = "The procedure no longer has the report that was asked for."
    return Card("Report", (Paragraph(gone),), gone)


def _with_file(words: str, file: File) -> Card:
    return Card(words, (Paragraph(words),), words, file)
