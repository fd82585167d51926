"""A challenge in Teams, from raising it to its reminder."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.bot.teams.microsoft import BOT_TOKEN
from tests.bot.teams.world import World, button, words
from tests.commands.conftest import CONCERN, RAISED

pytestmark = pytest.mark.anyio


async def raises(council: World, name: str = "hannah") -> None:
    """Somebody raises a challenge, as quickly as one can."""
    await council.writes(name, "/challenge raise")
    form = await council.opens(name, button(council.last(name), "Open"))
    form = await council.submits(name, form, "Update this form", RAISED)
    done = await council.submits(name, form, "Raise", RAISED)
    assert "CH-1001" in done.text
    await council.bot.delivery.deliver()


async def test_hannah_raises_and_priya_acknowledges_at_once(council: World) -> None:
    await raises(council)
    asked = council.last("priya")
    assert CONCERN in words(asked)
    first = council.said("priya")[0]
    assert "CH-1001" in first["summary"]
    assert CONCERN not in first["summary"]
    assert council.microsoft.messages()[-1].authorization == f"Bearer {BOT_TOKEN}"

    acknowledge = button(asked, "Acknowledge the concerns")
    assert acknowledge["type"] == "Action.Execute"
    pressed = await council.presses("priya", acknowledge)
    assert (pressed.status, pressed.body["statusCode"]) == (200, 200)
    assert pressed.body["type"] == "application/vnd.microsoft.card.adaptive"
    assert "Acknowledge the concerns" not in pressed.text
    assert "Priya Nair" in pressed.text
    again = await council.presses("priya", acknowledge)  # the same drawing: once is enough
    assert "Already done" not in again.text
    await council.bot.delivery.deliver()
    redrawn = [call for call in council.microsoft.calls if call.method == "PUT"]
    assert "Acknowledge the concerns" not in words(redrawn[-1].body)


async def test_a_comment_goes_through_a_dialog_once_and_nothing_typed_is_lost(council: World) -> None:
    await raises(council)
    form = await council.opens("priya", button(council.last("priya"), "Answer with a comment"))
    assert form.status == 200
    sent = await council.submits(
        "priya", form, "Acknowledge", {"comment": "We met, and Lucy Green (NHS 943 476 5919) was there."}
    )
    assert "NHS number" in sent.text  # pointed out, and nothing typed is lost
    assert "943 476 5919" in str(sent.body)
    done = await council.submits("priya", sent, "Acknowledge", {"keep_identifying": "keep"})
    assert "Acknowledged" in done.text
    once_more = await council.submits("priya", sent, "Acknowledge", {"keep_identifying": "keep"})
    assert "Nothing was done twice" in once_more.text


async def test_what_is_not_answered_is_reminded_of_and_goes_up(council: World) -> None:
    await raises(council)
    before = len(council.said("priya"))
    council.clock.set(datetime(2026, 11, 27, 9, 0, tzinfo=UTC))
    await council.bot.sweep()
    assert any("CH-1001" in words(each) for each in council.said("priya")[before:])


async def test_a_button_of_another_person_is_refused_in_words(council: World) -> None:
    await raises(council)
    acknowledge = button(council.last("priya"), "Acknowledge the concerns")
    refused = await council.presses("tom", acknowledge)
    assert refused.status == 200
    assert CONCERN not in refused.text
    assert "Acknowledged by" not in refused.text


async def test_home_and_help_and_a_mistyped_word(council: World) -> None:
    await council.writes("priya", "home")
    await council.writes("priya", "help")
    await council.writes("priya", "rais")
    home, help_, meant = (words(each) for each in council.said("priya"))
    assert "Priya" in home or "Nothing" in home
    assert "/challenge raise" in help_
    assert "Did you mean /challenge raise?" in meant
