"""The helpers of the other tests do what these rely on."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool

from tests.chromium import NoChromium, WrongChromium, find


@pytest.mark.parametrize("time", ["first", "second"])
def test_each_test_gets_an_empty_database(database_url: str, time: str) -> None:
    engine = create_engine(database_url)
    assert inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE left_behind (id integer)"))
    engine.dispose()


def test_a_transaction_left_open_does_not_hold_up_the_next_test(
    postgres_url: str, request: pytest.FixtureRequest
) -> None:
    engine = create_engine(postgres_url, poolclass=NullPool)
    connection = engine.raw_connection()
    connection.cursor().execute("CREATE TABLE left_open (id integer)")
    assert request.getfixturevalue("empty_postgres_url") == postgres_url
    connection.invalidate()
    assert inspect(engine).get_table_names() == []


class Greeting(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Greeting</title><h1>Hello</h1>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Greeting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_page_shows_in_a_real_browser(page: Page, address: str) -> None:
    page.goto(address)
    assert page.get_by_role("heading").inner_text() == "Hello"
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Europe/London"


def test_a_browser_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("tests.chromium.NAMES", ("chromium",))
    with pytest.raises(NoChromium, match=r"Install it \(Debian: sudo apt-get install chromium\)"):
        find()
    monkeypatch.setenv("CHROMIUM", "/no/such/chromium")
    with pytest.raises(WrongChromium, match="there is no such program"):
        find()
