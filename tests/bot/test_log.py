"""The log tells an administrator what happened, and never what anybody wrote about a child."""

from __future__ import annotations

import asyncio
import gc
import io
import logging
import sys
import threading
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from pydantic import SecretStr
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot import log
from procedures.clock import SetClock
from tests.bot.conftest import NOON

DETAIL = "Mum's new partner has moved in"
Lines = Callable[[], list[dict[str, Any]]]


def test_an_event_is_one_line_with_its_name_and_its_ids(written: io.StringIO) -> None:
    structlog.get_logger().info(
        "notice_sent", challenge="CH-1042", key="CH-1042:stage-1:due-2:ada@example.org", tries=1
    )
    assert written.getvalue() == (
        '{"time": "2026-11-23T12:00:00.000+00:00", "level": "info", "event": "notice_sent", "challenge": "CH-1042", '
        '"key": "CH-1042:stage-1:due-2:ada@example.org", "tries": 1}\n'
    )


def test_the_console_shows_the_same_and_no_colours_in_a_file(put_log_back: None) -> None:
    stream = io.StringIO()
    log.configure(log_format="console", log_level="info", clock=SetClock(NOON), stream=stream)
    structlog.get_logger().warning("notice_delayed", challenge="CH-1042", note=DETAIL)
    assert "notice_delayed" in stream.getvalue()
    assert "challenge=CH-1042" in stream.getvalue()
    assert DETAIL not in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_what_is_below_the_level_is_not_written(put_log_back: None) -> None:
    stream = io.StringIO()
    log.configure(log_format="json", log_level="warning", clock=SetClock(NOON), stream=stream)
    structlog.get_logger().info("notice_sent")
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    "value",
    [
        DETAIL,
        "xoxb-1-secret",
        "payload=%7B%22type%22",
        '{"type":"block_actions"}',
        "x" * 201,
        b"bytes",
        {"concern": "text"},
        SecretStr("secret"),
        object(),
    ],
)
def test_a_value_that_is_no_id_is_left_out(log_lines: Lines, value: object) -> None:
    structlog.get_logger().info("received", value=value, values=[value, 7])
    assert log_lines() == [
        {"level": "info", "event": "received", "value": log.LEFT_OUT, "values": [log.LEFT_OUT, 7]},
    ]


def test_ids_numbers_and_moments_are_kept(log_lines: Lines) -> None:
    kept = {
        "challenge": "CH-1042",
        "seconds": 0.25,
        "late": False,
        "cover": None,
        "at": datetime(2026, 11, 23, tzinfo=UTC),
    }
    structlog.get_logger().info("received", **kept, path=Path("/srv/authority.toml"))
    assert log_lines() == [
        {
            "level": "info",
            "event": "received",
            **kept,
            "at": "2026-11-23T00:00:00+00:00",
            "path": "/srv/authority.toml",
        }
    ]


def test_an_event_is_a_name_and_not_a_sentence(log_lines: Lines) -> None:
    structlog.get_logger().info(f"raised: {DETAIL}")
    assert log_lines() == [{"level": "info", "event": log.LEFT_OUT}]


def fail(text: str) -> None:
    typed = text
    raise ValueError(f"cannot take {typed}")


def test_an_exception_is_its_type_and_its_lines_and_never_its_message(
    written: io.StringIO, log_lines: Lines
) -> None:
    try:
        try:
            fail(DETAIL)
        except ValueError as error:
            raise RuntimeError(DETAIL) from error
    except RuntimeError:
        structlog.get_logger().exception("step_failed", challenge="CH-1042")
    (line,) = log_lines()
    assert line["level"] == "error"
    assert line["error"] == "RuntimeError"
    assert line["because"] == ["ValueError"]
    assert line["at"][-1].startswith("tests.bot.test_log:")
    assert DETAIL not in written.getvalue()


def test_a_group_of_exceptions_names_its_members() -> None:
    described = log.describe(ExceptionGroup(DETAIL, [ValueError(DETAIL), KeyError(DETAIL)]))
    assert described["error"] == "ExceptionGroup"
    assert described["because"] == ["ValueError", "KeyError"]


def test_only_the_last_lines_of_a_deep_exception_are_kept() -> None:
    def dig(depth: int) -> None:
        if depth == 0:
            raise ValueError
        dig(depth - 1)

    with pytest.raises(ValueError) as caught:  # noqa: PT011
        dig(50)
    assert len(log.describe(caught.value)["at"]) == log.MOST_FRAMES


def test_exceptions_that_nobody_caught_are_written_the_same_way(
    written: io.StringIO, log_lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    class Careless:
        def __del__(self) -> None:
            fail(DETAIL)

    try:
        fail(DETAIL)
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    thread = threading.Thread(target=fail, args=(DETAIL,))
    thread.start()
    thread.join()
    careless = Careless()
    del careless
    gc.collect()
    assert [(line["event"], line["error"]) for line in log_lines()] == [
        ("uncaught_exception", "ValueError")
    ] * 3
    assert DETAIL not in written.getvalue() + capsys.readouterr().err


def test_the_end_by_ctrl_c_is_no_error(log_lines: Lines) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert log_lines() == []


# What the libraries write


@pytest.mark.parametrize("name", [*log.LIBRARIES, "some.other.library"])
def test_a_librarys_message_is_reduced_to_who_wrote_it(
    written: io.StringIO, log_lines: Lines, name: str
) -> None:
    library = logging.getLogger(name)
    library.debug(DETAIL)
    library.info("body: %s", DETAIL)
    try:
        fail(DETAIL)
    except ValueError:
        library.exception("While handling %s", DETAIL, extra={"body": DETAIL})
    (line,) = log_lines()
    assert (line["level"], line["event"], line["library"], line["error"]) == (
        "error",
        "library_message",
        name,
        "ValueError",
    )
    assert line["line"].startswith("test_log:")
    assert DETAIL not in written.getvalue()


def test_a_warning_is_reduced_as_well(written: io.StringIO, log_lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(DETAIL, UserWarning, stacklevel=1)
    assert [line["library"] for line in log_lines()] == ["py.warnings"]
    assert DETAIL not in written.getvalue()


async def asked_with_a_wrong_signature() -> BoltResponse:
    app = AsyncApp(signing_secret="right", token="xoxb-1")
    request = AsyncBoltRequest(
        body=f"command=/challenge&text={DETAIL}",
        headers={"x-slack-signature": "v0=wrong", "x-slack-request-timestamp": "1763899200"},
    )
    return await app.async_dispatch(request)


def test_bolt_does_not_write_the_request_whose_signature_is_wrong(
    written: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    assert asyncio.run(asked_with_a_wrong_signature()).status == 401
    assert DETAIL not in written.getvalue() + "".join(capfd.readouterr())


async def call_a_server_that_is_not_there() -> None:
    client = AsyncWebClient(token="xoxb-1-secret", base_url="http://127.0.0.1:9/", retry_handlers=[])
    await client.chat_postMessage(channel="D1", text=DETAIL)


def test_the_slack_client_does_not_write_what_it_sends(
    written: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(OSError, match="127"):
        asyncio.run(call_a_server_that_is_not_there())
    shown = written.getvalue() + "".join(capfd.readouterr())
    assert DETAIL not in shown
    assert "secret" not in shown


def test_an_exception_in_a_forgotten_task_is_reduced(written: io.StringIO, log_lines: Lines) -> None:
    async def forget() -> None:
        async def step() -> None:
            fail(DETAIL)

        task = asyncio.create_task(step())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task
        gc.collect()

    asyncio.run(forget())
    assert [(line["library"], line["error"]) for line in log_lines()] == [("asyncio", "ValueError")]
    assert DETAIL not in written.getvalue()


def test_a_log_that_cannot_be_written_stops_nothing(put_log_back: None) -> None:
    stream = io.StringIO()
    log.configure(log_format="json", log_level="info", clock=SetClock(NOON), stream=stream)
    stream.close()
    structlog.get_logger().info("notice_sent")
    logging.getLogger("slack_sdk").error("anything")
