"""An administrator sets the program up: what is right is taken, what is wrong is named, and no secret is ever shown."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy.engine import make_url

from bot.mail.server import faults as mail_faults
from bot.mail.server import server_of
from bot.settings import Settings, WrongSettings, load, missing_for_serving, table

TOKEN = "xoxb-1-verysecret"
SIGNING = "0123456789abcdef-verysecret"
APP = "xapp-1-verysecret"
ENTRA_ID = "0a1b2c3d-0000-4000-8000-00000000000f"


def faults(environ: dict[str, str], dotenv: Path | None = None) -> list[str]:
    with pytest.raises(WrongSettings) as caught:
        load(environ, dotenv)
    return list(caught.value.faults)


def test_with_nothing_set_the_defaults_hold() -> None:
    settings = load({})
    assert settings == Settings()
    assert settings.database_url == "sqlite:///challenge.db"
    assert settings.authority == Path("authority.toml")
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.tick_seconds == 15


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(
        "# ours\nCHALLENGE_PORT=9000\nexport CHALLENGE_HOST='0.0.0.0'\nPATH=/nowhere\n", encoding="utf-8"
    )
    settings = load({"CHALLENGE_PORT": "9001", "HOME": "/home/ada"}, dotenv)
    assert (settings.host, settings.port) == ("0.0.0.0", 9001)  # noqa: S104
    where = {row.name: row.where for row in table(settings)}
    assert where["CHALLENGE_PORT"] == "environment"
    assert where["CHALLENGE_HOST"] == ".env"
    assert where["CHALLENGE_AUTHORITY"] == ""


def test_a_file_that_is_not_there_is_no_fault(tmp_path: Path) -> None:
    assert load({}, tmp_path / ".env") == Settings()


def test_an_empty_value_counts_as_not_set() -> None:
    settings = load({"CHALLENGE_SLACK_APP_TOKEN": "", "CHALLENGE_PORT": " "})
    assert settings.slack_app_token is None
    assert settings.port == 8080


def test_the_environment_is_read_by_load_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALLENGE_PORT", "9000")
    assert Settings().port == 8080
    assert load({}).port == 8080


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError):
        load({}).port = 9000  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "80800", 'CHALLENGE_PORT is "80800": a port is a whole number from 1 to 65535.'),
        ("PORT", "http", 'CHALLENGE_PORT is "http": a port is a whole number from 1 to 65535.'),
        ("PORT", "0", 'CHALLENGE_PORT is "0": a port is a whole number from 1 to 65535.'),
        ("PORT", "²", 'CHALLENGE_PORT is "²": a port is a whole number from 1 to 65535.'),
        ("TICK_SECONDS", "1.5", 'CHALLENGE_TICK_SECONDS is "1.5": it is a whole number from 1 to 300.'),
        ("TEAMS_NOAUTH", "maybe", 'CHALLENGE_TEAMS_NOAUTH is "maybe": it is 1 or 0.'),
        (
            "TEAMS_TENANT_ID",
            "contoso",
            'CHALLENGE_TEAMS_TENANT_ID is "contoso": it is an id such as 00000000-0000-0000-0000-000000000000, on the Overview '
            "page of the app registration.",
        ),
        (
            "TEAMS_LOGIN_URL",
            "http://login.example",
            "CHALLENGE_TEAMS_LOGIN_URL must begin with https://, because the bot's token is sent there.",
        ),
        ("LOG_FORMAT", "xml", 'CHALLENGE_LOG_FORMAT is "xml": it is one of json or console.'),
        ("LOG_LEVEL", "loud", 'CHALLENGE_LOG_LEVEL is "loud": it is one of debug, info, warning or error.'),
        (
            "HOST",
            "127.0.0.256",
            'CHALLENGE_HOST is "127.0.0.256": it is an address of this machine, such as 127.0.0.1 for this machine alone or '
            "0.0.0.0 for all networks.",
        ),
        (
            "DATABASE_URL",
            "mysql://ada:verysecret@server/x",
            'CHALLENGE_DATABASE_URL begins with "mysql". Only SQLite and PostgreSQL are known: sqlite:///challenge.db or '
            "postgresql://user:password@server/challenge.",
        ),
        (
            "DATABASE_URL",
            "challenge.db",
            "CHALLENGE_DATABASE_URL is not the address of a database. It looks like sqlite:///challenge.db or "
            "postgresql://user:password@server/challenge.",
        ),
        (
            "DATABASE_URL",
            "sqlite://",
            "CHALLENGE_DATABASE_URL names no file, and the record must outlast the program. It looks like sqlite:///challenge.db.",
        ),
        (
            "DATABASE_URL",
            "postgresql://ada:verysecret@server",
            "CHALLENGE_DATABASE_URL names no database: it ends in one, for example "
            "postgresql://user:password@server/challenge.",
        ),
        (
            "SLACK_API_URL",
            "slack.com/api",
            "CHALLENGE_SLACK_API_URL is not a web address. It looks like https://slack.com/api/.",
        ),
        (
            "SLACK_API_URL",
            "http://slack.example/api/",
            "CHALLENGE_SLACK_API_URL must begin with https://, because the bot's token is sent there.",
        ),
        (
            "SMTP_HOST",
            "smtp.council.example:587",
            "CHALLENGE_SMTP_HOST is set to something else: it is the name of a mail server, such as smtp.council.example, without a port.",
        ),
        ("SMTP_PORT", "smtp", 'CHALLENGE_SMTP_PORT is "smtp": a port is a whole number from 1 to 65535.'),
        ("SMTP_SECURITY", "ssl", 'CHALLENGE_SMTP_SECURITY is "ssl": it is one of starttls, tls or none.'),
        (
            "SMTP_FROM",
            "Bot <bot@c.example>",
            'CHALLENGE_SMTP_FROM is "Bot <bot@c.example>": it is an e-mail address alone, such as challenge-bot@council.example.',
        ),
        ("PORT", TOKEN, "CHALLENGE_PORT is set to something else: a port is a whole number from 1 to 65535."),
    ],
)
def test_a_wrong_value_gets_a_sentence_with_what_would_be_right(name: str, value: str, sentence: str) -> None:
    assert faults({f"CHALLENGE_{name}": value}) == [sentence]


@pytest.mark.parametrize(
    ("misspelt", "closest"),
    [
        ("CHALLENGE_SLAK_BOT_TOKEN", "CHALLENGE_SLACK_BOT_TOKEN"),
        ("CHALLENGE_DATABASE", "CHALLENGE_DATABASE_URL"),
        ("challenge_port", "CHALLENGE_PORT"),
    ],
)
def test_a_misspelt_name_is_pointed_out_with_the_closest(misspelt: str, closest: str) -> None:
    assert faults({misspelt: "1"}) == [f"{misspelt} is not a setting. Did you mean {closest}?"]


def test_a_name_like_no_other_is_pointed_out_too(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("CHALLENGE_COLOUR=blue\n", encoding="utf-8")
    assert faults({}, dotenv) == [
        "CHALLENGE_COLOUR is not a setting. `challenge-bot settings` lists those there are."
    ]


def test_what_kubernetes_says_of_its_services_is_no_misspelling() -> None:
    load({"CHALLENGE_BOT_SERVICE_HOST": "10.0.0.1", "CHALLENGE_BOT_PORT_8080_TCP_ADDR": "10.0.0.1"})


def test_every_fault_is_named_at_once() -> None:
    assert len(faults({"CHALLENGE_PORT": "x", "CHALLENGE_LOG_FORMAT": "x", "CHALLENGE_PROT": "1"})) == 3


def test_a_line_of_the_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("CHALLENGE_PORT=9000\n\nwhat is this\nCHALLENGE_HOST\n", encoding="utf-8")
    assert faults({}, dotenv) == [
        f"{dotenv}, line {line}: this is not of the form NAME=value." for line in (3, 4)
    ]


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_bytes(b"CHALLENGE_HOST=\xff\xfe")
    assert faults({}, dotenv) == [f"{dotenv} is not UTF-8 text: save it again as UTF-8."]


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    assert faults({}, tmp_path)[0].startswith(f"{tmp_path} cannot be read (")


def test_a_dollar_in_a_secret_stays_a_dollar(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("CHALLENGE_SLACK_SIGNING_SECRET=a${HOME}b\n", encoding="utf-8")
    secret = load({"HOME": "/home/ada"}, dotenv).slack_signing_secret
    assert secret is not None
    assert secret.get_secret_value() == "a${HOME}b"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_may_be_named_in_every_usual_way(scheme: str) -> None:
    settings = load(
        {"CHALLENGE_DATABASE_URL": f"{scheme}://ada:p%40ss@server:5433/challenge?sslmode=require"}
    )
    url = make_url(settings.database_url)
    assert url.drivername == "postgresql+psycopg"
    assert (url.password, url.port, url.database, url.query["sslmode"]) == (
        "p@ss",
        5433,
        "challenge",
        "require",
    )


def test_no_secret_is_shown_anywhere(capsys: pytest.CaptureFixture[str]) -> None:
    right = {
        "CHALLENGE_SLACK_BOT_TOKEN": TOKEN,
        "CHALLENGE_SLACK_SIGNING_SECRET": SIGNING,
        "CHALLENGE_SLACK_APP_TOKEN": APP,
        "CHALLENGE_METRICS_TOKEN": SIGNING,
        "CHALLENGE_TEAMS_CLIENT_SECRET": SIGNING,
        "CHALLENGE_DATABASE_URL": "postgresql://ada:verysecret@server/challenge?sslpassword=verysecret",
    }
    settings = load(right)
    shown = [repr(settings), str(settings), repr(table(settings)), *missing_for_serving(settings)]
    with pytest.raises(WrongSettings) as caught:
        load(right | {"CHALLENGE_PORT": "x"})
    shown += traceback.TracebackException.from_exception(caught.value, capture_locals=True).format(chain=True)
    ours = [part for part in shown if "test_settings.py" not in part]
    assert "verysecret" not in "".join(ours)
    assert "***" in next(row.value for row in table(settings) if row.name == "CHALLENGE_DATABASE_URL")
    assert {row.value for row in table(settings) if row.name.endswith(("TOKEN", "SECRET"))} == {"(hidden)"}


def test_the_table_lists_every_setting_even_when_they_are_wrong() -> None:
    rows = table(None)
    assert [row.name for row in rows] == [f"CHALLENGE_{field.upper()}" for field in Settings.model_fields]
    assert all(row.meaning.endswith(".") for row in rows)
    assert not any(row.is_set for row in rows)


def ready(tmp_path: Path, **more: str) -> Settings:
    authority = tmp_path / "authority.toml"
    authority.touch()
    values = {"slack_bot_token": TOKEN, "slack_signing_secret": SIGNING, "authority": str(authority)} | more
    return load({f"CHALLENGE_{name.upper()}": value for name, value in values.items()})


def test_a_complete_setup_may_start(tmp_path: Path) -> None:
    assert missing_for_serving(ready(tmp_path)) == []


def test_nothing_set_is_told_in_one_sentence_for_each(tmp_path: Path) -> None:
    sentences = missing_for_serving(load({"CHALLENGE_AUTHORITY": str(tmp_path / "authority.toml")}))
    assert [sentence.split(".")[0] for sentence in sentences[:1]] == ["No chat platform is set up"]
    assert [sentence.split()[0] for sentence in sentences[1:]] == ["CHALLENGE_AUTHORITY"]


def test_what_is_missing_of_a_platform_is_told_once_it_was_begun(tmp_path: Path) -> None:
    council = {"CHALLENGE_AUTHORITY": str(ready(tmp_path).authority)}
    slack = missing_for_serving(load(council | {"CHALLENGE_SLACK_SIGNING_SECRET": SIGNING}))
    assert [sentence.split()[0] for sentence in slack] == ["CHALLENGE_SLACK_BOT_TOKEN"]
    teams = missing_for_serving(load(council | {"CHALLENGE_TEAMS_CLIENT_SECRET": SIGNING}))
    assert [sentence.split()[0] for sentence in teams] == [
        "CHALLENGE_TEAMS_CLIENT_ID",
        "CHALLENGE_TEAMS_TENANT_ID",
    ]
    alone = council | {"CHALLENGE_TEAMS_CLIENT_ID": ENTRA_ID, "CHALLENGE_TEAMS_TENANT_ID": ENTRA_ID.upper()}
    assert missing_for_serving(load(alone))[0].startswith("Neither CHALLENGE_TEAMS_CLIENT_SECRET nor")
    assert missing_for_serving(load(alone | {"CHALLENGE_TEAMS_CLIENT_SECRET": SIGNING})) == []
    missing = missing_for_serving(load(alone | {"CHALLENGE_TEAMS_CERTIFICATE": "/no/such.pem"}))
    assert missing == ['CHALLENGE_TEAMS_CERTIFICATE is "/no/such.pem", and there is no such file.']


@pytest.mark.parametrize(
    ("host", "may"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("bot.example", False)],  # noqa: S104
)
def test_requests_that_nobody_signed_are_taken_on_this_machine_alone(
    tmp_path: Path, host: str, may: bool
) -> None:
    sentences = missing_for_serving(
        load(
            {
                "CHALLENGE_AUTHORITY": str(ready(tmp_path).authority),
                "CHALLENGE_TEAMS_NOAUTH": "1",
                "CHALLENGE_HOST": host,
            }
        )
    )
    assert (sentences == []) is may
    assert may or sentences[0].startswith(f"CHALLENGE_TEAMS_NOAUTH is set and CHALLENGE_HOST is {host}")


def test_socket_mode_needs_no_signing_secret(tmp_path: Path) -> None:
    assert missing_for_serving(ready(tmp_path, slack_signing_secret="", slack_app_token=APP)) == []


@pytest.mark.parametrize(
    ("field", "value", "begins"),
    [
        ("slack_bot_token", APP, "CHALLENGE_SLACK_BOT_TOKEN is not a bot token"),
        ("slack_bot_token", "xoxb-a b", "CHALLENGE_SLACK_BOT_TOKEN is not a bot token"),
        ("slack_app_token", TOKEN, "CHALLENGE_SLACK_APP_TOKEN is not an app-level token"),
        ("slack_signing_secret", "two words", "CHALLENGE_SLACK_SIGNING_SECRET holds a space"),
        (
            "database_url",
            "sqlite:////no/such/folder/challenge.db",
            "CHALLENGE_DATABASE_URL puts the database",
        ),
    ],
)
def test_what_cannot_work_is_told_before_the_start(
    tmp_path: Path, field: str, value: str, begins: str
) -> None:
    sentences = missing_for_serving(ready(tmp_path, **{field: value}))
    assert len(sentences) == 1
    assert sentences[0].startswith(begins)
    assert "verysecret" not in sentences[0]


MAIL = {"CHALLENGE_SMTP_HOST": "smtp.council.example", "CHALLENGE_SMTP_FROM": "challenge-bot@council.example"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"CHALLENGE_SMTP_USER": "challenge", "CHALLENGE_SMTP_PASSWORD": SIGNING}, []),
        ({"CHALLENGE_SMTP_SECURITY": "none", "CHALLENGE_SMTP_HOST": "127.0.0.1"}, []),
        ({"CHALLENGE_SMTP_SECURITY": "none", "CHALLENGE_SMTP_HOST": "localhost"}, []),
        ({"CHALLENGE_CALENDARS": "mail"}, []),
        ({"CHALLENGE_SMTP_FROM": ""}, ["CHALLENGE_SMTP_FROM is not set."]),
        (
            {"CHALLENGE_SMTP_USER": "challenge"},
            ["CHALLENGE_SMTP_USER is set, and CHALLENGE_SMTP_PASSWORD is not"],
        ),
        (
            {"CHALLENGE_SMTP_PASSWORD": SIGNING},
            ["CHALLENGE_SMTP_PASSWORD is set, and CHALLENGE_SMTP_USER is not"],
        ),
        (
            {"CHALLENGE_SMTP_SECURITY": "none"},
            ['CHALLENGE_SMTP_SECURITY is "none", and smtp.council.example is another machine'],
        ),
        (
            {"CHALLENGE_SMTP_HOST": "", "CHALLENGE_SMTP_PASSWORD": SIGNING},
            [
                "CHALLENGE_SMTP_PASSWORD is set, and CHALLENGE_SMTP_HOST is not",
                "CHALLENGE_SMTP_FROM is set, and CHALLENGE_SMTP_HOST is not",
            ],
        ),
        (
            {"CHALLENGE_SMTP_HOST": "", "CHALLENGE_SMTP_FROM": "", "CHALLENGE_CALENDARS": "mail"},
            ['CHALLENGE_CALENDARS is "mail", and CHALLENGE_SMTP_HOST is not set'],
        ),
    ],
)
def test_the_settings_of_the_mail_server_fit_together(changes: dict[str, str], told: list[str]) -> None:
    found = list(mail_faults(load(MAIL | changes)))
    assert len(found) == len(told), found
    for sentence, begins in zip(found, told, strict=True):
        assert sentence.startswith(begins)
        assert "verysecret" not in sentence


def test_the_port_of_the_mail_server_follows_from_how_it_is_spoken_to() -> None:
    for security, port in (("starttls", 587), ("tls", 465)):
        found = server_of(load(MAIL | {"CHALLENGE_SMTP_SECURITY": security}))
        assert found is not None
        assert (found.port, found.security) == (port, security)
    assert server_of(load({})) is None
    sealed = server_of(load(MAIL | {"CHALLENGE_SMTP_USER": "x", "CHALLENGE_SMTP_PASSWORD": SIGNING}))
    assert SIGNING not in repr(sealed)
