"""A file goes to one person: brought, shared with its words, found again by its id; and each refusal means something."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sending import CannotDeliver, Gone, NotConnected, TryLater
from bot.slack.send import CLOCK_SKEW
from commands.vocabulary import Card, File, Paragraph
from tests.bot.slack.office import ADA, BEN, MONDAY, Office

FILE = File("CH-1042-agenda.docx", "application/vnd.openxmlformats", b"PK\x03\x04 small")
CARD = Card("Agenda", (Paragraph("CH-1042: *Agenda*, as asked for."),), "CH-1042: Agenda", FILE)


def test_it_is_brought_unseen_and_then_shared(office: Office) -> None:
    brought = office.do(office.sender.bring(FILE))
    assert office.messages() == []
    assert not office.do(office.sender.has_file(ADA, brought, MONDAY))
    office.do(office.sender.share(ADA, brought, CARD))
    (message,) = office.messages()
    assert message["text"] == "CH-1042: ∗Agenda∗, as asked for."
    assert [file["name"] for file in message["files"]] == ["CH-1042-agenda.docx"]
    assert office.do(office.sender.has_file(ADA, brought, MONDAY))
    assert not office.do(office.sender.has_file(BEN, brought, MONDAY))
    assert not office.do(office.sender.has_file(ADA, brought, MONDAY + CLOCK_SKEW + timedelta(minutes=1)))


def test_a_file_can_be_shared_once(office: Office) -> None:
    brought = office.do(office.sender.bring(FILE))
    office.do(office.sender.share(ADA, brought, CARD))
    with pytest.raises(Gone):
        office.do(office.sender.share(ADA, brought, CARD))
    assert len(office.messages()) == 1


def test_the_connection_breaks_after_slack_has_shared_it(office: Office) -> None:
    brought = office.do(office.sender.bring(FILE))
    office.workspace.faults.cut_after_accepting("files.completeUploadExternal")
    with pytest.raises(TryLater) as caught:
        office.do(office.sender.share(ADA, brought, CARD))
    assert caught.value.maybe_sent
    assert office.do(office.sender.has_file(ADA, brought, MONDAY))


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload"])
def test_nothing_was_sent_while_it_is_only_being_brought(office: Office, method: str) -> None:
    office.workspace.faults.answer(method, status=503)
    with pytest.raises(TryLater) as caught:
        office.do(office.sender.bring(FILE))
    assert not caught.value.maybe_sent


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("file_uploads_disabled", "takes no files"),
        ("file_type_not_allowed", "takes no Word files"),
        ("file_upload_size_restricted", "larger than"),
        ("something_new", "something_new"),
    ],
)
def test_what_will_never_arrive_is_told_with_a_reason(office: Office, code: str, sentence: str) -> None:
    office.workspace.faults.answer("files.getUploadURLExternal", error=code)
    with pytest.raises(CannotDeliver, match=sentence) as caught:
        office.do(office.sender.bring(FILE))
    assert caught.value.code == code


def test_a_missing_scope_is_for_an_administrator(office: Office) -> None:
    office.workspace.faults.answer("files.completeUploadExternal", error="missing_scope")
    brought = office.do(office.sender.bring(FILE))
    with pytest.raises(NotConnected, match=r"manifest\.yaml"):
        office.do(office.sender.share(ADA, brought, CARD))
