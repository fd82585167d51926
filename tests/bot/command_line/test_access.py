"""`challenge-bot access`: who may what, at every stage, as the program itself decides it."""

from __future__ import annotations

from pathlib import Path

from tests.bot.command_line.conftest import Run, refused


def test_who_may_do_one_thing_is_told_stage_by_stage(run: Run, council: Path) -> None:
    ran = run("access", "--command", "acknowledge", "--procedure", "bradford")
    assert (ran.status, ran.err) == (0, "")
    title, first, *_ = ran.out.splitlines()
    assert title == "Challenge and Resolution Process (bradford)"
    assert first.split() == ["acknowledge", "CP", "Challenge", "Stage", "1:", "team", "manager"]
    assert "nobody" in ran.out
    rows = run("access", "--command", "acknowledge", "--procedure", "bradford", "--json").data
    [at_first, *_] = [row for row in rows if row["stage"] == "stage-1"]
    assert at_first["who"] == ["team_manager"]
    assert at_first["allowed"]["asked:team_manager"]
    assert not at_first["allowed"]["administrator"]


def test_a_procedure_without_what_is_asked_for_says_so(run: Run, council: Path) -> None:
    ran = run("access", "--command", "acknowledge", "--role", "administrator")
    assert ran.status == 0
    assert ran.out.splitlines()[1] == "  nothing of this here"


def test_what_there_is_not_is_one_sentence(run: Run, council: Path) -> None:
    refused(run("access", "--command", "schedul"), 'There is no command "schedul". Did you mean "schedule"?')
    assert 'There is no role "kin". Roles: ' in run("access", "--role", "kin").err
