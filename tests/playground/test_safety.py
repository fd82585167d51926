"""It cannot touch a real workspace, and no other web page can touch it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from bot import playground
from bot.playground import BadPersonaError, NotLoopbackError, Persona, RealCredentialsError, Workspace
from procedures.clock import SetClock
from tests.playground.conftest import ADA, MONDAY, Shed

HERE = "http://127.0.0.1:8730"


def make(**changed: Any) -> Workspace:
    given: dict[str, Any] = {
        "personas": [ADA],
        "clock": SetClock(MONDAY),
        "request_url": f"{HERE}/slack/events",
        "address": HERE,
        "signing_secret": "demo-secret",
        "bot_token": "xoxb-demo-1",
    }
    return Workspace(**{**given, **changed})


@pytest.mark.parametrize("token", ["xoxb-123-456-abc", "xoxp-1", "xapp-1-A", "", "demo", "XOXB-DEMO-1"])
def test_it_does_not_start_with_a_real_token(token: str) -> None:
    with pytest.raises(RealCredentialsError, match="begins with xoxb-demo-"):
        make(bot_token=token)


@pytest.mark.parametrize("name", ["request_url", "address"])
@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/",
        "http://example.org/",
        "http://127.0.0.1.example.org/",
        "http://10.0.0.1/",
        "slack",
        "//",
    ],
)
def test_it_talks_to_this_computer_only(name: str, address: str) -> None:
    with pytest.raises(NotLoopbackError, match="only to this computer"):
        make(**{name: address})


@pytest.mark.parametrize("address", ["http://localhost:1/", "http://[::1]:1/", "http://127.0.0.1/"])
def test_each_name_of_this_computer_will_do(address: str) -> None:
    assert make(request_url=address).request_url == address


@pytest.mark.parametrize("user_id", ["ada", "D0ADA", "U", "U0-ADA", ""])
def test_a_persona_needs_an_id_like_slacks(user_id: str) -> None:
    with pytest.raises(BadPersonaError, match="U0ADA1"):
        Persona(user_id, "Ada", "Lead", "ada@example.org")


def test_a_persona_has_initials_and_a_colour_of_its_own() -> None:
    assert ADA.initials == "AO"
    assert Persona("U1", "Madonna", "", "m@example.org").initials == "M"
    assert ADA.colour == ADA.colour.lower()
    assert ADA.colour.startswith("#")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "169.254.1.1", "", "[", "localhost.evil:80"]
)
def test_a_page_that_reached_us_under_another_name_is_refused(shed: Shed, host: str) -> None:
    for path in ("/", "/ui/state", "/api/api.test"):
        assert shed.http.get(path, headers={"Host": host}).status_code == 403


def test_localhost_will_do(shed: Shed) -> None:
    assert shed.http.get("/ui/state", headers={"Host": "localhost:8730"}).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["command", "action", "view/change", "view/submit", "view/close", "home", "read", "time", "redeliver"],
)
def test_a_change_needs_the_header_that_other_pages_cannot_send(shed: Shed, path: str) -> None:
    response = shed.http.post(f"/ui/{path}", json={}, headers={"X-Playground": ""})
    assert response.status_code == 403
    assert "X-Playground: 1" in response.json()["problem"]


def test_every_answer_forbids_what_comes_from_elsewhere(shed: Shed) -> None:
    for path in ("/", "/app.js", "/ui/state"):
        headers = shed.http.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in headers


def test_the_page_loads_nothing_from_elsewhere(shed: Shed) -> None:
    page = shed.http.get("/").text
    assert "//" not in page.replace("<!doctype", "")


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"'])
def test_a_body_that_is_no_object_gets_a_sentence(shed: Shed, body: bytes) -> None:
    response = shed.http.post("/ui/command", content=body)
    assert response.status_code == 400
    assert "JSON" in response.json()["problem"]


def test_state_of_nobody_is_not_found(shed: Shed) -> None:
    assert shed.http.get("/ui/state", params={"user": "U404"}).status_code == 404


def test_it_knows_nothing_of_the_app_behind_it() -> None:
    for module in Path(playground.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            ours = [
                name for name in names if name.split(".")[0] in {"bot", "commands", "storage", "procedures"}
            ]
            assert all(name == "procedures.clock" or name.startswith("bot.playground") for name in ours), (
                module
            )
