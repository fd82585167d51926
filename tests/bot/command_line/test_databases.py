"""`challenge-bot migrate`, `move`, `backup` and `restore`, in the words that an administrator reads."""

from __future__ import annotations

from pathlib import Path

from storage.database import Database
from storage.keys import Keys
from storage.migrations import HEAD, REVISIONS
from tests.bot.command_line.conftest import Run, refused
from tests.storage.filled import fill

NEWER = (
    "The database is at revision 0999, which this version of the program does not know. "
    "Install the version that made it, or a newer one; nothing was changed."
)


def test_migrate_says_what_it_would_do_goes_up_and_back_and_deletes_nothing_unasked(
    run: Run, database_url: str
) -> None:
    up, back = ", ".join(REVISIONS), ", ".join(reversed(REVISIONS))

    def migrate(*words: str) -> str:
        ran = run("migrate", *words, database_url=database_url)
        assert (ran.status, ran.err) == (1 if "--check" in words and "up to date" not in ran.out else 0, "")
        return ran.out.strip()

    assert (
        migrate("--check")
        == f"The database has no tables yet; {HEAD} is wanted: it would go up through {up}."
    )
    assert migrate() == f"The database went up through {up}. It is now at {HEAD}."
    assert migrate("--check") == f"The database is at revision {HEAD}, as wanted: it is up to date."
    assert migrate("--to", "base", "--check") == (
        f"The database is at revision {HEAD}; base is wanted: it would go back through {back}."
    )
    ran = run("migrate", "--to", "base", database_url=database_url)
    assert ran.status == 1
    assert "deletes everything in the tables that are taken away" in ran.err
    assert migrate("--to", "base", "--yes") == f"The database went back through {back}. It is now at base."
    refused(
        run("migrate", "--to", "7", database_url=database_url),
        f'There is no revision "7". There are base and {up}.',
    )


WORKING = (
    "migrate",
    "migrate --check",
    "serve",
    "sweep",
    "backup a.backup",
    "people check",
    "people import people.csv",
    "plans list",
    "documents make CH-1001 agenda",
    "report activity",
    "audit verify",
)


def test_nothing_is_done_while_the_database_is_newer_than_the_program(run: Run, council: Path) -> None:
    url = f"sqlite:///{council.parent / 'challenge.db'}"
    database = Database(url)
    database.migrate()
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    database.dispose()
    tokens = {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s", "port": "65001"}
    for words in WORKING:
        refused(run(*words.split(), database_url=url, **tokens), NEWER)


def test_a_record_moves_is_backed_up_and_comes_back(
    run: Run, tmp_path: Path, empty_postgres_url: str
) -> None:
    lite = f"sqlite:///{tmp_path / 'a.db'}"
    source = Database(lite, Keys(tmp_path / "challenge.keys"))
    fill(source)
    source.dispose()
    moved = run("move", "--from", lite, "--to", empty_postgres_url)
    assert moved.status == 0, moved.err
    assert "challenge: 3\n" in moved.out
    assert "narrativekey: 1\n" in moved.out
    assert "Read back, every table has the same rows, to the byte." in moved.out
    assert "The next challenge will be CH-5001." in moved.out
    again = run("move", "--from", lite, "--to", empty_postgres_url)
    assert (again.status, "holds a record already" in again.err) == (1, True)
    backed_up = run("backup", "a.backup", database_url=empty_postgres_url)
    assert (backed_up.status, backed_up.err) == (0, "")
    refused_ = run("restore", "a.backup", database_url=lite)
    assert (refused_.status, "add --force" in refused_.err) == (1, True)
    restored = run("restore", "a.backup", "--force", database_url=lite)
    assert restored.status == 0, restored.err
    assert "What was there before is kept as" in restored.out
    assert "this program has the key file" in restored.out
    (tmp_path / "challenge.keys").rename(tmp_path / "lost.keys")
    without = run("restore", "a.backup", "--force", database_url=lite)
    assert (without.status, "key" in without.err, without.out) == (1, True, "")
    without = run("restore", "a.backup", database_url=f"sqlite:///{tmp_path / 'new.db'}")
    assert (without.status, "key" in without.err) == (1, True)
    assert not (tmp_path / "new.db").exists()
    (tmp_path / "lost.keys").rename(tmp_path / "challenge.keys")
    assert run("audit", "verify", database_url=lite).out.startswith("The audit is whole: ")


def test_what_cannot_be_is_one_sentence(run: Run, tmp_path: Path) -> None:
    lite = f"sqlite:///{tmp_path / 'a.db'}"
    refused(
        run("move", "--from", lite, "--to", lite),
        "--from and --to name the same database. Nothing was changed.",
    )
    refused(
        run("backup", "a.backup", database_url=lite),
        "The database's tables are missing or older than this program. `challenge-bot migrate` brings them up to date.",
    )
    ran = run("restore", "no.backup", database_url=lite)
    assert (ran.status, ran.err) == (1, "no.backup: no such file or directory. Nothing was changed.\n")
    assert run("migrate", database_url=lite).status == 0
    ran = run("backup", str(tmp_path / "no" / "a.backup"), database_url=lite)
    assert ran.status == 1
    assert "no such file or directory. Nothing was changed." in ran.err
    ran = run("move", "--from", "mysql://x@y/z", "--to", lite)
    assert (ran.status, "must look like" in ran.err) == (1, True)
