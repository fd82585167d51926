"""What a person does in the tests, in one line each."""

from __future__ import annotations

from typing import Any

from tests.playground.conftest import Shed


def ask(shed: Shed) -> dict[str, Any]:
    """Open the form that asks for a tool."""
    assert shed.command("/tool ask")["ok"]
    return shed.modal()


def change(shed: Shed, view: dict[str, Any], block: str, value: Any, **more: Any) -> dict[str, Any]:
    return shed.post(
        "view/change",
        user="U0ADA",
        surface=view["id"],
        block_id=block,
        action_id="value",
        value=value,
        **more,
    )


def submit(shed: Shed, view: dict[str, Any], **values: Any) -> dict[str, Any]:
    given = {block: {"value": value} for block, value in values.items()}
    return shed.post("view/submit", user="U0ADA", view_id=view["id"], values=given)


def press(shed: Shed, ts: str, action: str, user: str = "U0ADA") -> dict[str, Any]:
    return shed.post("action", user=user, surface=ts, block_id="answers", action_id=action)


def wanted(shed: Shed) -> dict[str, Any]:
    """A message about a saw, with its buttons."""
    assert submit(shed, ask(shed), tool="saw", size="small")["ok"]
    return shed.messages()[-1]
