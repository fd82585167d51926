"""An administrator sets the program up: settings, the two files, the database; what is wrong is one sentence and status 1."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

from bot.settings import Settings
from procedures.authority import people_template, template
from procedures.reading import read_text
from storage.migrations import HEAD, REVISIONS
from tests.bot.command_line.conftest import PROGRAM, Run, refused

SECRETS = {
    "CHALLENGE_SLACK_BOT_TOKEN": "xoxb-very-secret",
    "CHALLENGE_SLACK_SIGNING_SECRET": "very-secret-too",
    "CHALLENGE_SLACK_APP_TOKEN": "xapp-very-secret",
    "CHALLENGE_DATABASE_URL": "postgresql://ada:very-secret@db.example/challenge",
}


@pytest.mark.parametrize(
    ("words", "status", "where"),
    [
        (["due", "2026-12-18", "5"], 0, "out"),
        (["due", "soon", "5"], 1, "err"),
        (["procedures", "shwo"], 2, "err"),
    ],
)
def test_the_installed_program_keeps_answers_and_complaints_apart(
    tmp_path: Path, words: list[str], status: int, where: str
) -> None:
    environ = {name: text for name, text in os.environ.items() if not name.startswith("CHALLENGE_")}
    ran = subprocess.run(
        [PROGRAM, *words], capture_output=True, text=True, cwd=tmp_path, env=environ, check=False
    )
    assert ran.returncode == status
    said, other = (ran.stdout, ran.stderr) if where == "out" else (ran.stderr, ran.stdout)
    assert said
    assert other == ""
    assert "Traceback" not in said


def test_every_command_has_help_that_fits_eighty_columns(run: Run) -> None:
    commands = [[], ["people"], ["procedures"], ["audit"]]
    commands += [[word] for word in ("serve", "sweep", "demo", "migrate", "settings", "init", "due")]
    commands += [["people", word] for word in ("import", "check")]
    commands += [["plans", word] for word in ("import", "list", "example")]
    commands += [["procedures", word] for word in ("list", "show", "check", "schema")] + [
        ["audit", word] for word in ("verify", "key", "export")
    ]
    for words in commands:
        ran = run(*words, "--help")
        assert ran.status == 0
        assert all(len(line) <= 80 for line in ran.out.splitlines())


def test_a_mistyped_command_is_answered_with_the_closest(run: Run) -> None:
    ran = run("people", "imprt")
    assert ran.status == 2
    assert "No such command 'imprt'. Did you mean 'import'?" in ran.err


def test_settings_lists_every_one_and_shows_no_secret(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in SECRETS.items():
        monkeypatch.setenv(name, text)
    Path(".env").write_text("CHALLENGE_PORT=9000\n", encoding="utf-8")
    ran = run("settings")
    assert ran.status == 0
    for field in Settings.model_fields:
        assert f"CHALLENGE_{field.upper()}: " in ran.out
    assert "CHALLENGE_SLACK_BOT_TOKEN: (hidden) (environment)" in ran.out
    assert "CHALLENGE_PORT: 9000 (.env)\n    The port to listen at. Default: 8080." in ran.out
    assert "CHALLENGE_HOST: not set" in ran.out
    assert "very-secret" not in ran.out
    assert "very-secret" not in run("settings", "--json").out
    assert all(len(line) <= 80 for line in ran.out.splitlines() if line.startswith(" "))


def test_settings_for_programs(run: Run) -> None:
    rows = {row["name"]: row for row in run("settings", "--json", port="9000").data}
    assert rows["CHALLENGE_PORT"]["value"] == "9000"
    assert rows["CHALLENGE_PORT"]["is_set"] is True
    assert rows["CHALLENGE_SLACK_BOT_TOKEN"] == rows["CHALLENGE_SLACK_BOT_TOKEN"] | {
        "is_set": False,
        "value": "",
    }


def test_settings_are_listed_even_when_one_is_wrong(run: Run) -> None:
    ran = run("settings", prot="9000")
    assert ran.status == 1
    assert "CHALLENGE_PORT: not set" in ran.out
    assert ran.err == "CHALLENGE_PROT is not a setting. Did you mean CHALLENGE_PORT?\n"


ID = "00000000-0000-4000-8000-000000000001"
MISSING = (
    "No chat platform is set up. For Slack set CHALLENGE_SLACK_BOT_TOKEN and CHALLENGE_SLACK_SIGNING_SECRET, for Teams "
    "CHALLENGE_TEAMS_CLIENT_ID, CHALLENGE_TEAMS_TENANT_ID and CHALLENGE_TEAMS_CLIENT_SECRET, or all of them.",
    'CHALLENGE_AUTHORITY is "authority.toml", and there is no such file. `challenge-bot init DIR` writes one to fill in.',
)


@pytest.mark.parametrize("command", ["serve", "sweep"])
def test_what_is_missing_stops_the_start_with_a_sentence_for_each(run: Run, command: str) -> None:
    refused(run(command), *MISSING)
    assert not list(Path().glob("challenge.db*"))


@pytest.mark.parametrize("command", ["serve", "sweep", "migrate"])
def test_what_is_wrong_stops_the_start_with_a_sentence_for_each(run: Run, command: str) -> None:
    ran = run(
        command, port="eighty", database_url="mysql://ada:hush@db/x", slack_api_url="http://evil.example"
    )
    assert (ran.status, ran.out) == (1, "")
    assert len(ran.err.splitlines()) == 3
    assert 'CHALLENGE_PORT is "eighty": a port is a whole number from 1 to 65535.' in ran.err
    assert "hush" not in ran.err


def test_a_token_of_the_wrong_kind_is_refused_without_showing_it(run: Run, council: Path) -> None:
    ran = run("sweep", slack_bot_token="xoxp-hush", slack_signing_secret="a b")
    assert (ran.status, ran.out) == (1, "")
    assert "CHALLENGE_SLACK_BOT_TOKEN is not a bot token" in ran.err
    assert "CHALLENGE_SLACK_SIGNING_SECRET holds a space" in ran.err
    assert "hush" not in ran.err


SLACK = {"slack_bot_token": "xoxb-token", "slack_signing_secret": "secret"}
TEAMS = {"teams_client_id": ID, "teams_tenant_id": ID, "teams_client_secret": "secret"}


@pytest.mark.parametrize(
    ("wanted", "settings", "sentence"),
    [
        (
            'audit = { channel = "audit@council.example" }',
            SLACK,
            "authority.toml wants the audit's signed heads by e-mail (audit), and CHALLENGE_SMTP_HOST is not set.",
        ),
        (
            'audit = { channel = "C0123456789" }',
            TEAMS,
            "authority.toml wants the audit's signed heads in a channel of Slack (audit), and CHALLENGE_SLACK_BOT_TOKEN is not set: "
            "name an e-mail address instead, such as that of a channel in Teams.",
        ),
        (
            "mail = { copies = true }",
            SLACK,
            "authority.toml wants copies by e-mail (mail), and CHALLENGE_SMTP_HOST is not set.",
        ),
    ],
)
def test_what_the_authority_wants_and_no_setting_gives_stops_the_start(
    run: Run, council: Path, wanted: str, settings: dict[str, str], sentence: str
) -> None:
    text = template().replace("nation =", f"{wanted}\nnation =", 1)
    Path("authority.toml").write_text(text, encoding="utf-8")
    refused(run("sweep", **settings), sentence)


def test_a_fault_in_authority_toml_is_shown_with_its_line(run: Run, council: Path) -> None:
    text = template().replace('nation = "england-and-wales"', 'nation = "wales"')
    Path("authority.toml").write_text(text, encoding="utf-8")
    line = text.splitlines().index('nation = "wales"') + 1
    ran = run("people", "check")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(f'authority.toml:{line}: "wales" is not allowed for "nation". Did you mean')
    assert f'  {line} | nation = "wales"\n' in ran.err
    Path("authority.toml").write_text(template().replace('["bradford"]', '["bradfrod"]'), encoding="utf-8")
    assert (
        'authority.toml: there is no procedure "bradfrod". Did you mean "bradford"?'
        in run("people", "check").err
    )


def test_init_writes_two_files_and_never_over_others(run: Run, tmp_path: Path) -> None:
    ran = run("init", "new/council")
    assert ran.status == 0
    assert ran.out.splitlines()[:2] == ["Wrote new/council/authority.toml", "Wrote new/council/people.csv"]
    folder = tmp_path / "new" / "council"
    assert read_text(folder / "authority.toml") == template()
    assert read_text(folder / "people.csv") == people_template()
    (folder / "people.csv").write_text("mine", encoding="utf-8")
    refused(
        run("init", "new/council"),
        "new/council/authority.toml and new/council/people.csv exist already and are left as they are. "
        "Choose another folder, or move them away.",
    )
    (folder / "authority.toml").unlink()
    refused(
        run("init", "new/council"),
        "new/council/people.csv exists already and is left as it is. Choose another folder, or move it away.",
    )
    assert not (folder / "authority.toml").exists()
    assert read_text(folder / "people.csv") == "mine"


def test_init_needs_a_folder_that_can_be_written_to(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    refused(run("init", "file"), "file is a file. Name a folder; it is made if need be.")
    refused(run("init", "file/below"), "file/below cannot be written to: not a directory.")


def test_migrate_makes_the_tables_and_may_be_repeated(run: Run) -> None:
    for said in (
        f"The database went up through {', '.join(REVISIONS)}. It is now at {HEAD}.\n",
        f"The database is at revision {HEAD}, as wanted: it is up to date.\n",
    ):
        ran = run("migrate")
        assert (ran.status, ran.out, ran.err) == (0, said, "")


def test_the_audit_is_verified_row_by_row(run: Run, council: Path) -> None:
    run("people", "import", "people.csv")
    ran = run("audit", "verify")
    assert (ran.status, ran.out) == (
        0,
        "The audit is whole: 1 row. There was no signed head to compare it with.\n",
    )
    with sqlite3.connect("challenge.db") as other:
        for trigger in [
            row[0] for row in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ]:
            other.execute(f'DROP TRIGGER "{trigger}"')
        other.execute("UPDATE audit SET actor = 'mallory' WHERE number = 1")
    other.close()
    refused(run("audit", "verify"), "The audit does not hold at row 1: it is not as it was written.")


UNOPENABLE = (
    "The database {url} cannot be opened. Check that its address is right, that it is running, and that this program may "
    "read and write there."
)


@pytest.mark.parametrize("words", [("migrate",), ("audit", "verify"), ("people", "check")])
def test_a_database_that_is_none_is_one_sentence(run: Run, council: Path, words: tuple[str, ...]) -> None:
    Path("letter.db").write_text("Dear Sir or Madam, " * 100, encoding="utf-8")
    for url in ("sqlite:///letter.db", "sqlite:///no/such/folder.db"):
        refused(run(*words, database_url=url), UNOPENABLE.format(url=url))
    ran = run(*words, database_url="postgresql://ada:hush@127.0.0.1:1/challenge")
    refused(ran, UNOPENABLE.format(url="postgresql+psycopg://ada:***@127.0.0.1:1/challenge"))


def test_an_audit_without_tables_says_what_to_do(run: Run) -> None:
    refused(
        run("audit", "verify"),
        "The database's tables are missing or of another version, so its audit cannot be read. "
        "`challenge-bot migrate` brings them up to date.",
    )
    run("migrate")
    with sqlite3.connect("challenge.db") as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()
    ran = run("migrate")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(
        "The database is at revision 9999, which this version of the program does not know."
    )
