"""Forms in Teams: redrawn, sent twice, opened from a message, and in the chat itself where there are no dialogs."""

from __future__ import annotations

import pytest

from tests.bot.teams.microsoft import Microsoft
from tests.bot.teams.test_story import raises
from tests.bot.teams.world import World, button, inputs_of, words, world
from tests.commands.conftest import RAISED

pytestmark = pytest.mark.anyio


async def test_a_button_that_asks_first_asks_beneath_itself(council: World) -> None:
    await raises(council)
    card = council.last("priya")
    (asks,) = [
        action
        for element in card["body"]
        for action in element.get("actions", ())
        if action["type"] == "Action.ShowCard"
    ]
    assert asks["title"] == "Confirm actions completed"
    assert asks["card"]["actions"][0]["title"] == "Yes, all completed"


async def test_the_message_extension_opens_a_form_and_sends_it(council: World) -> None:
    value = {"commandId": "raise", "commandContext": "compose", "context": {"theme": "default"}}
    form = await council.invoke("hannah", "composeExtension/fetchTask", value)
    assert "Is a child at immediate risk" in form.text
    form = await council.submits("hannah", form, "Update this form", RAISED)
    done = await council.submits(
        "hannah", form, "Raise", RAISED, invoke="composeExtension/submitAction", value=value
    )
    assert "CH-1001" in done.text


async def test_closing_a_dialog_closes_it(council: World) -> None:
    await council.writes("hannah", "raise")
    form = await council.opens("hannah", button(council.last("hannah"), "Open"))
    closed = await council.submits("hannah", form, "Cancel")
    assert (closed.status, closed.body) == (200, None)


async def test_a_button_of_an_earlier_version_says_so(council: World) -> None:
    for data in (
        {},
        {"b": 7},
        {"b": {"do": "send", "f": {"c": "raise"}}},
        {"b": {"do": "press", "c": 1, "a": []}},
    ):
        answer = await council.invoke("hannah", "task/fetch", {"data": data})
        assert "no longer works" in answer.text
        answer = await council.invoke("hannah", "task/submit", {"data": data})
        assert "no longer works" in answer.text


async def test_without_dialogs_everything_stands_in_the_chat(served: Microsoft) -> None:
    served.calls.clear()
    async with world(served, teams_dialogs=False) as council:
        await council.writes("hannah", "raise")
        form = council.last("hannah")
        assert button(form, "Raise")["type"] == "Action.Execute"

        async def sends(card: dict[str, object], title: str) -> dict[str, object]:
            action = button(card, title)
            values = {f"in:{name}": value for name, value in RAISED.items()}
            inputs = {name: values.get(name, text) for name, text in inputs_of(card).items()}
            answer = await council.presses("hannah", {**action, "data": {**action["data"], **inputs}})
            return dict(answer.card)

        form = await sends(form, "Update this form")
        assert "CH-1001" in words(await sends(form, "Raise"))
        await council.bot.delivery.deliver()
        pressed = await council.presses("priya", button(council.last("priya"), "Open the record"))
        assert "CH-1001" in pressed.text  # the message stays as it is
        assert "What has happened" in words(council.last("priya"))  # and the record stands below


async def test_who_adds_the_app_is_welcomed_once_and_who_takes_it_away_is_forgotten(council: World) -> None:
    added = council.activity("priya", type="installationUpdate", action="add")
    for _ in range(2):
        assert (await council.post({**added, "id": f"i{_}"})).status == 200
        await council.bot.background.settle()
    assert len(council.said("priya")) == 1
    page = await council.opens("priya", button(council.last("priya"), "Show what there is to do"))
    assert "What you must do" in page.text
    removed = council.activity("priya", type="installationUpdate", action="remove")
    assert (await council.post(removed)).status == 200
    await council.bot.background.settle()
    update = council.activity("priya", type="conversationUpdate", membersAdded=[{"id": "29:priya"}])
    assert (await council.post(update)).status == 200
