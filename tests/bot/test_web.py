"""What the program answers on the web: to the chat platform, and to those who watch over it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.guard import NoSigningSecret, Receive, Scope, Send
from bot.web import Check, create_web
from procedures.clock import SetClock
from tests.bot.conftest import NOON
from tests.bot.test_guard import BODY, SECRET, signed

Lines = Callable[[], list[dict[str, Any]]]
pytestmark = pytest.mark.anyio


async def slack_endpoint(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands for the chat platform's application: answers with what it was sent."""
    message = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": message["body"]})


async def well() -> bool | str:
    return "ok"


def web(readiness: Mapping[str, Check] | None = None, **more: Any) -> Starlette:
    given: dict[str, Any] = {
        "slack_endpoint": slack_endpoint,
        "signing_secret": SECRET,
        "lifespan": None,
    } | more
    return create_web(readiness=readiness or {}, clock=SetClock(NOON), **given)


def asking(app: Starlette) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


def as_text(headers: dict[bytes, bytes]) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in headers.items()}


async def test_a_signed_request_reaches_the_platforms_application() -> None:
    async with asking(web()) as client:
        answer = await client.post("/slack/events", content=BODY, headers=as_text(signed()))
    assert (answer.status_code, answer.content) == (200, BODY)


async def test_an_unsigned_request_does_not(log_lines: Lines) -> None:
    async with asking(web()) as client:
        posted = await client.post("/slack/events", content=BODY)
        looked_at = await client.get("/slack/events")
    assert (posted.status_code, looked_at.status_code) == (401, 401)
    assert [line["reason"] for line in log_lines()] == ["no_signature", "wrong_method"]


async def test_without_a_secret_the_endpoint_is_not_opened() -> None:
    with pytest.raises(NoSigningSecret):
        web(signing_secret=None)


async def test_in_socket_mode_there_is_no_endpoint() -> None:
    async with asking(web(slack_endpoint=None, signing_secret=None)) as client:
        assert (
            await client.post("/slack/events", content=BODY, headers=as_text(signed()))
        ).status_code == 404
        assert (await client.get("/healthz")).status_code == 200


async def test_alive_is_alive() -> None:
    async with asking(web()) as client:
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_ready_when_every_check_is_well() -> None:
    async def true() -> bool:
        return True

    async with asking(web({"database": well, "migrations": true})) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "checks": {"database": "ok", "migrations": "ok"}}


async def test_not_ready_tells_what_in_one_word_and_nothing_of_the_exception(
    log_lines: Lines, written: io.StringIO
) -> None:
    async def behind() -> str:
        return "behind"

    async def false() -> bool:
        return False

    async def talkative() -> str:
        return "cannot reach ada:password@server"

    async def broken() -> bool:
        raise ConnectionError("cannot reach ada:password@server")

    async def stuck() -> bool:
        await asyncio.Event().wait()
        return True

    checks: dict[str, Check] = {
        "database": broken,
        "migrations": behind,
        "chat": false,
        "mail": talkative,
        "calendar": stuck,
        "disk": well,
    }
    async with asking(web(checks, seconds_for_a_check=0.01)) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "not_ready",
        "checks": {
            "database": "failed",
            "migrations": "behind",
            "chat": "failed",
            "mail": "failed",
            "calendar": "too_slow",
            "disk": "ok",
        },
    }
    assert [(line["event"], line["check"], line["error"]) for line in log_lines()] == [
        ("check_failed", "database", "ConnectionError")
    ]
    assert "password" not in written.getvalue()


async def test_metrics_count_requests_and_name_nobody() -> None:
    async with asking(web()) as client:
        await client.post("/slack/events", content=BODY, headers=as_text(signed()))
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert 'challenge_request_seconds_count{status="200"}' in answer.text
    assert 'challenge_requests_refused_total{reason="' in answer.text
    assert "DETAIL" not in answer.text


async def test_a_failure_is_counted_and_its_message_kept_back() -> None:
    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("DETAIL")

    async with asking(web(slack_endpoint=fails)) as client:
        answer = await client.post("/slack/events", content=BODY, headers=as_text(signed()))
        metrics = await client.get("/metrics")
    assert answer.status_code == 500
    assert "DETAIL" not in answer.text
    assert 'challenge_request_seconds_count{status="500"}' in metrics.text


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/redoc", "/openapi.json", "/healthz/", "/slack", "/slack/events/x"]
)
async def test_an_unknown_address_says_so_plainly(path: str) -> None:
    async with asking(web()) as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.text) == (404, "There is nothing at this address.")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


async def test_a_wrong_method_says_which_is_right() -> None:
    async with asking(web()) as client:
        answer = await client.post("/healthz")
    assert (answer.status_code, answer.text) == (405, "This address only answers GET.")
    assert "GET" in answer.headers["allow"]


async def test_what_must_run_alongside_starts_and_ends_with_it() -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def alongside(app: Starlette) -> AsyncIterator[None]:
        steps.append("begun")
        yield
        steps.append("ended")

    app = web(lifespan=alongside)
    async with app.router.lifespan_context(app), asking(app) as client:
        assert (await client.get("/healthz")).status_code == 200
        assert steps == ["begun"]
    assert steps == ["begun", "ended"]


async def test_nothing_tells_what_serves_it_and_nothing_is_kept() -> None:
    async with asking(web({"database": well})) as client:
        answers = [await client.get(path) for path in ("/healthz", "/readyz", "/metrics", "/nothing", "/")]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert not {"server", "set-cookie", "x-powered-by"} & set(answer.headers)


async def test_metrics_may_ask_for_a_token() -> None:
    async with asking(web(metrics_token="a-token")) as client:
        without = await client.get("/metrics")
        wrong = await client.get("/metrics", headers={"Authorization": "Bearer another"})
        right = await client.get("/metrics", headers={"Authorization": "Bearer a-token"})
        alive = await client.get("/healthz")
    assert [each.status_code for each in (without, wrong, right, alive)] == [401, 401, 200, 200]
    assert without.headers["www-authenticate"] == "Bearer"
    assert without.text == "This address asks for a token."
