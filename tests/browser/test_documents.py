"""A document in the browser: asked for at the record, downloaded from the messages, and not there for anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import AtDesk, open_workspace
from tests.journeys.papers import headings, read


@pytest.fixture
def at(page: Page, tmp_path: Path) -> Iterator[AtDesk]:
    with open_workspace(tmp_path) as demo:
        yield AtDesk(page, demo)


def test_hannah_downloads_the_record_of_a_challenge(at: AtDesk, tmp_path: Path) -> None:
    challenge = "CH-1001"
    at.sit_down("Hannah").type(f"/challenge document {challenge}")
    form = at.form
    expect(form).to_have_accessible_name("Documents")
    expect(form.get_by_label("Record of the challenge")).to_be_checked()
    at.accessible()
    at.picture("form-document", form)
    at.submit()
    expect(form).to_contain_text(f"Record of the challenge of {challenge} is on its way to you.")
    at.picture("form-document-sent", form)
    at.close()
    link = at.page.get_by_role("link", name=f"Download {challenge}-record.docx")
    expect(link).to_be_visible()
    expect(at.message(f"{challenge}: Record of the challenge, as asked for.")).to_be_visible()
    at.accessible()
    at.picture("message-file", at.message("as asked for."))
    with at.page.expect_download() as started:
        link.click()
    assert started.value.suggested_filename == f"{challenge}-record.docx"
    saved = tmp_path / "record.docx"
    started.value.save_as(saved)
    assert headings(saved.read_bytes())[0] == "Record of the challenge"
    assert any("WX-" in line for line in read(saved.read_bytes()))

    at.sit_down("Farah")
    expect(at.page.get_by_role("link", name="Download")).to_have_count(0)
