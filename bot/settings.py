"""The program's settings: environment variables that begin with CHALLENGE_, or lines of a .env file, read once at the start.

Secrets are kept as SecretStr and are in no message, representation or trace made here.
"""

from __future__ import annotations

import difflib
import io
import ipaddress
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from procedures.addresses import is_email
from procedures.faults import showable

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

PREFIX = "CHALLENGE_"
DRIVER = "postgresql+psycopg"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
DATABASE_EXAMPLES = "sqlite:///challenge.db or postgresql://user:password@server/challenge"

# Kubernetes tells every program of the services beside it in variables such as CHALLENGE_BOT_SERVICE_HOST.
OF_KUBERNETES = re.compile(r"_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP)(_\w+)?$")


class WrongSettings(Exception):
    """The settings cannot be used. Each of `faults` is one sentence: which setting, and what would be right."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(showable(fault) for fault in faults)
        super().__init__("\n".join(self.faults))


# What is accepted. A validator raises ValueError with the end of a sentence that begins with the setting's name.


def _is(text: str) -> str:
    """The value, quoted, unless somebody may have put a secret into the wrong setting."""
    return (
        f'is "{text}"'
        if len(text) <= 20 and not text.startswith(("xox", "xapp"))
        else "is set to something else"
    )


def _whole_number(what: str, least: int, most: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        text = str(value).strip()
        if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
            raise ValueError(f"{_is(text)}: {what} is a whole number from {least} to {most}.")
        return int(text)

    return check


def _one_of(*words: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        text = str(value).strip().lower()
        if text not in words:
            raise ValueError(f"{_is(text)}: it is one of {', '.join(words[:-1])} or {words[-1]}.")
        return text

    return check


def _host(value: str) -> str:
    name = value.strip().strip("[]")
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        # Four numbers with dots, yet no address: a slip, not a host's name.
        if re.fullmatch(r"(?!-)[A-Za-z0-9.-]{1,253}", name) and not re.fullmatch(r"[0-9.]+", name):
            return name
    raise ValueError(
        f"{_is(name)}: it is an address of this machine, such as 127.0.0.1 for this machine alone or 0.0.0.0 for all networks."
    )


def _database(value: str) -> str:
    """SQLAlchemy's URL of a database that we know; `postgresql://` becomes the URL of the driver in use."""
    # Here, because SQLAlchemy takes a third of a second that commands without a database need not wait for.
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(value.strip())
    except (ArgumentError, ValueError):  # not repeated here: it may hold a password
        raise ValueError(f"is not the address of a database. It looks like {DATABASE_EXAMPLES}.") from None
    if url.drivername in ("postgres", "postgresql", DRIVER):
        if not url.database:
            raise ValueError(
                "names no database: it ends in one, for example postgresql://user:password@server/challenge."
            )
        return url.set(drivername=DRIVER).render_as_string(hide_password=False)
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        if url.database in (None, "", ":memory:"):
            raise ValueError(
                "names no file, and the record must outlast the program. It looks like sqlite:///challenge.db."
            )
        return url.render_as_string(hide_password=False)
    raise ValueError(
        f'begins with "{url.drivername}". Only SQLite and PostgreSQL are known: {DATABASE_EXAMPLES}.'
    )


def _web_address(value: str) -> str:
    """An https address with a slash at its end; http only within this machine, because the token goes there."""
    text = value.strip()
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or parts.query or parts.fragment or parts.username:
        raise ValueError("is not a web address. It looks like https://slack.com/api/.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must begin with https://, because the bot's token is sent there.")
    return text if text.endswith("/") else f"{text}/"


def _mail_server(value: str) -> str:
    try:
        return _host(value)
    except ValueError:
        text = value.strip()
        raise ValueError(
            f"{_is(text)}: it is the name of a mail server, such as smtp.council.example, without a port."
        ) from None


def _mail_address(value: str) -> str:
    text = value.strip()
    if not is_email(text):
        raise ValueError(
            f"{_is(text)}: it is an e-mail address alone, such as challenge-bot@council.example."
        )
    return text


def _microsoft_address(value: str) -> str:
    """As `_web_address`, without a slash at its end."""
    try:
        return _web_address(value).rstrip("/")
    except ValueError as error:
        raise ValueError(
            str(error).replace("https://slack.com/api/", "https://graph.microsoft.com")
        ) from None


def _id_of_entra(value: str) -> str:
    text = value.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
        raise ValueError(
            f"{_is(text)}: it is an id such as 00000000-0000-0000-0000-000000000000, on the Overview page of the app registration."
        )
    return text


def _yes(value: Any) -> bool:
    text = str(value).strip().lower()
    if text not in ("1", "true", "yes", "0", "false", "no"):
        raise ValueError(f"{_is(text)}: it is 1 or 0.")
    return text in ("1", "true", "yes")


def _secret(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


Secret = Annotated[SecretStr | None, BeforeValidator(_secret)]
MicrosoftAddress = Annotated[str, AfterValidator(_microsoft_address)]
EntraId = Annotated[str, AfterValidator(_id_of_entra)]
CLOUDS = ("public", "usgov", "usgovdod", "china")


class Settings(BaseSettings):
    """Everything that can be set. Frozen; made by `load`, or directly where a test or the demo says all values itself."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )

    database_url: Annotated[str, AfterValidator(_database)] = Field(
        default="sqlite:///challenge.db",
        repr=False,
        description="The database: an SQLite file, or PostgreSQL (postgresql://user:password@server/name).",
    )
    authority: Path = Field(
        default=Path("authority.toml"),
        description="The file that describes the authority. `challenge-bot init DIR` writes one to fill in.",
    )
    keys: Path | None = Field(
        default=None,
        description="The file of the keys that what people wrote is encrypted with. Left out: challenge.keys beside the authority's file.",
    )
    audit_key: Path | None = Field(
        default=None,
        description="The key that signs the audit's heads, a PEM file; left out, audit-key.pem beside the authority's file.",
    )
    audit_heads: Path | None = Field(
        default=None,
        description="Where signed heads are appended daily; left out, audit-heads.jsonl beside the authority's file.",
    )
    slack_bot_token: Secret = Field(
        default=None,
        description="The bot's token, from Slack's page of the app under OAuth & Permissions. Begins with xoxb-.",
    )
    slack_signing_secret: Secret = Field(
        default=None,
        description="Proves that a request comes from Slack; on Slack's page of the app under Basic Information.",
    )
    slack_app_token: Secret = Field(
        default=None,
        description="Switches Socket Mode on: Slack is called, and need not reach this machine. Begins with xapp-.",
    )
    smtp_host: Annotated[str, AfterValidator(_mail_server)] | None = Field(
        default=None,
        description="The mail server that takes the program's e-mails. Left out: no e-mail is sent.",
    )
    smtp_port: Annotated[int, BeforeValidator(_whole_number("a port", 1, 65535))] | None = Field(
        default=None,
        description="Its port. Left out: 587 for starttls, 465 for tls, 25 for none.",
    )
    smtp_security: Annotated[
        Literal["starttls", "tls", "none"], BeforeValidator(_one_of("starttls", "tls", "none"))
    ] = Field(
        default="starttls",
        description="How the way to the mail server is encrypted: starttls, tls from the start, or none (for a server on this machine alone).",
    )
    smtp_user: Annotated[str, BeforeValidator(_secret)] | None = Field(
        default=None,
        description="The user name at the mail server, where it asks for one.",
    )
    smtp_password: Secret = Field(
        default=None,
        description="The password at the mail server, where it asks for one.",
    )
    smtp_from: Annotated[str, AfterValidator(_mail_address)] | None = Field(
        default=None,
        description="The address that e-mails come from, and the organiser of invitations sent by e-mail.",
    )
    metrics_token: Secret = Field(
        default=None,
        description="Asked of whoever reads /metrics, as a bearer token. Left out: /metrics is open to whoever reaches the port.",
    )
    slack_api_url: Annotated[str, AfterValidator(_web_address)] = Field(
        default="https://slack.com/api/",
        description="Where Slack's Web API is.",
    )
    teams_client_id: EntraId | None = Field(
        default=None,
        description="The application (client) id of the app registration in Microsoft Entra. Switches Teams on.",
    )
    teams_tenant_id: EntraId | None = Field(
        default=None,
        description="The directory (tenant) id of the council in Microsoft Entra. Nobody of another tenant is answered.",
    )
    teams_client_secret: Secret = Field(
        default=None,
        description="The value of a client secret of the app registration; or set CHALLENGE_TEAMS_CERTIFICATE.",
    )
    teams_certificate: Path | None = Field(
        default=None,
        description="A PEM file with a private key and its certificate, whose public part the app registration has; instead of a secret.",
    )
    teams_cloud: Annotated[
        Literal["public", "usgov", "usgovdod", "china"], BeforeValidator(_one_of(*CLOUDS))
    ] = Field(
        default="public",
        description="Which of Microsoft's clouds the council is in: public, usgov, usgovdod or china.",
    )
    teams_noauth: Annotated[bool, BeforeValidator(_yes)] = Field(
        default=False,
        description="1 takes requests for Teams from anybody on this machine, for Microsoft's Agents Playground. Only with a CHALLENGE_HOST of this machine alone.",
    )
    teams_dialogs: Annotated[bool, BeforeValidator(_yes)] = Field(
        default=True,
        description="0 puts forms into the chat itself, for clients that open no dialogs, such as the Agents Playground.",
    )
    teams_service_url: MicrosoftAddress | None = Field(
        default=None,
        description="Where conversations are begun with people who have not written in Teams yet. Left out: as usual in the cloud.",
    )
    teams_login_url: MicrosoftAddress | None = Field(
        default=None,
        description="Who gives tokens for Microsoft's services, without the tenant. Left out: as usual in the cloud.",
    )
    teams_metadata_url: MicrosoftAddress | None = Field(
        default=None,
        description="Where it is said with which keys Teams signs its requests; ends in /openidconfiguration. Left out: as usual in the cloud.",
    )
    calendars: Annotated[
        Literal["off", "graph", "mail", "chat"], BeforeValidator(_one_of("off", "graph", "mail", "chat"))
    ] = Field(
        default="off",
        description="How meetings get into people's calendars: graph puts them there through Microsoft Graph and looks when people are free; mail sends invitations by e-mail and the same as a file in the chat; chat sends the file alone; off does nothing.",
    )
    graph_url: MicrosoftAddress | None = Field(
        default=None,
        description="Where Microsoft Graph is. Left out: as usual in the cloud.",
    )
    # Loopback, so that nothing is open to a network until somebody says so; a proxy with TLS stands in front anyway.
    host: Annotated[str, AfterValidator(_host)] = Field(
        default="127.0.0.1",
        description="The address to listen at: 127.0.0.1 behind a proxy on this machine, 0.0.0.0 in a container.",
    )
    port: Annotated[int, BeforeValidator(_whole_number("a port", 1, 65535))] = Field(
        default=8080,
        description="The port to listen at.",
    )
    tick_seconds: Annotated[int, BeforeValidator(_whole_number("it", 1, 300))] = Field(
        default=15,
        description="How often, in seconds, the program looks for what is due.",
    )
    log_format: Annotated[Literal["json", "console"], BeforeValidator(_one_of("json", "console"))] = Field(
        default="json",
        description="How the log is written: json for programs, console for people.",
    )
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        BeforeValidator(_one_of("debug", "info", "warning", "error")),
    ] = Field(
        default="info",
        description="What the log leaves out: everything below debug, info, warning or error.",
    )

    @property
    def has_slack(self) -> bool:
        """Whether Slack is set up, or was begun to be."""
        return any((self.slack_bot_token, self.slack_signing_secret, self.slack_app_token))

    @property
    def has_teams(self) -> bool:
        """Whether Teams is set up, or was begun to be."""
        return self.teams_noauth or any(
            (self.teams_client_id, self.teams_client_secret, self.teams_certificate)
        )

    @property
    def audit_key_file(self) -> Path:
        """Where the key that signs the audit's heads is."""
        return self.audit_key or self.authority.parent / "audit-key.pem"

    @property
    def audit_heads_file(self) -> Path:
        """Where the signed heads of the audit are published."""
        return self.audit_heads or self.authority.parent / "audit-heads.jsonl"

    @property
    def key_file(self) -> Path:
        """Where the keys are."""
        return self.keys or self.authority.parent / "challenge.keys"

    _where: dict[str, str] = PrivateAttr(default_factory=dict)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is passed in: `load` alone reads the environment, once, and can say what is wrong with it."""
        return (init_settings,)


class Row(NamedTuple):
    """One setting as `challenge-bot settings` lists it; every member is fit to be shown."""

    name: str
    meaning: str
    default: str
    is_set: bool
    where: str
    """"environment", the .env file's name, or "" when the default holds."""
    value: str
    """The value in force; "(hidden)" for a secret."""

    def lines(self, width: int) -> list[str]:
        """For people: the name and what it is now, its meaning below, each line at most so wide where words allow it."""
        now = f"{self.value} ({self.where})" if self.where else self.value
        default = f"Default: {self.default}." if self.default else "No default."
        below = textwrap.wrap(
            f"{self.meaning} {default}",
            width,
            initial_indent="    ",
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        return [f"{self.name}: {now if self.is_set else 'not set'}", *below]


def load(environ: Mapping[str, str], dotenv: Path | None = None) -> Settings:
    """Read the settings from the environment and, where that is silent, from the .env file, which need not exist.

    An empty value counts as not set. Raises WrongSettings with a sentence for every fault, misspelt names among them.
    """
    settings, faults = _read(environ, dotenv)
    del environ  # a trace that prints local variables must not print this
    if settings is None or faults:
        raise WrongSettings(faults)
    return settings


def _read(environ: Mapping[str, str], dotenv: Path | None) -> tuple[Settings | None, list[str]]:
    lines, faults = _read_dotenv(dotenv) if dotenv is not None else ({}, [])
    where = dict.fromkeys(lines, dotenv.name if dotenv is not None else "") | dict.fromkeys(
        environ, "environment"
    )
    given = {name: text for name, text in (lines | dict(environ)).items() if name.upper().startswith(PREFIX)}
    known = {PREFIX + field.upper(): field for field in Settings.model_fields}
    faults += [
        _unknown(name, known) for name in given if name not in known and not OF_KUBERNETES.search(name)
    ]
    values = {known[name]: text for name, text in given.items() if name in known and text.strip()}
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        return None, faults + [
            _sentence(dict(fault)) for fault in error.errors(include_url=False, include_input=False)
        ]
    settings._where.update({field: where[PREFIX + field.upper()] for field in values})
    return settings, faults


def _read_dotenv(path: Path) -> tuple[dict[str, str], list[str]]:
    """The lines NAME=value of the file and a sentence for each that is none. Nothing in a value is replaced."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}, []
    except UnicodeDecodeError:
        return {}, [f"{path} is not UTF-8 text: save it again as UTF-8."]
    except OSError as error:
        return {}, [f"{path} cannot be read ({error.strerror}): allow this program to read it, or remove it."]
    values: dict[str, str] = {}
    faults: list[str] = []
    for binding in parse_stream(io.StringIO(text)):
        if binding.error or (binding.key is not None and binding.value is None):
            piece = binding.original.string  # it may begin with empty lines
            line = binding.original.line + piece[: len(piece) - len(piece.lstrip())].count("\n")
            faults.append(f"{path}, line {line}: this is not of the form NAME=value.")
        elif binding.key is not None and binding.value is not None:
            values[binding.key] = binding.value
    return values, faults


def _unknown(name: str, known: Iterable[str]) -> str:
    closest = difflib.get_close_matches(
        name.upper().removeprefix(PREFIX), [other.removeprefix(PREFIX) for other in known], n=1
    )
    if closest:
        return f"{name} is not a setting. Did you mean {PREFIX}{closest[0]}?"
    return f"{name} is not a setting. `challenge-bot settings` lists those there are."


def _sentence(fault: dict[str, Any]) -> str:
    if not fault["loc"]:
        return "A setting holds bytes that are not UTF-8 text: write it again."
    name = PREFIX + str(fault["loc"][0]).upper()
    reason = fault.get("ctx", {}).get("error")
    return f"{name} {reason}" if reason is not None else f"{name} cannot be read: {fault['msg']}."


def missing_for_serving(settings: Settings) -> list[str]:
    """What `challenge-bot serve` still needs, one sentence each; empty when it can start."""
    from sqlalchemy.engine import make_url

    from bot.mail.server import faults as mail_faults
    from bot.microsoft.missing import graph_faults, teams_faults

    faults = [
        *_slack_faults(settings),
        *teams_faults(settings),
        *graph_faults(settings),
        *mail_faults(settings),
    ]
    if not settings.has_slack and not settings.has_teams:
        faults.append(NO_PLATFORM)
    if not _is_file(settings.authority):
        faults.append(no_authority(settings))
    url = make_url(settings.database_url)
    if url.drivername.startswith("sqlite") and url.database and not _is_folder(Path(url.database).parent):
        faults.append(
            f"CHALLENGE_DATABASE_URL puts the database into the folder {Path(url.database).parent}, which does not exist. "
            "Make the folder first."
        )
    return [showable(fault) for fault in faults]


def _is_file(path: Path) -> bool:
    """Whether there is such a file; no name that the system cannot have is one."""
    try:
        return path.is_file()
    except OSError:
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def no_authority(settings: Settings) -> str:
    """The sentence for an authority.toml that is not there."""
    return f'CHALLENGE_AUTHORITY is "{settings.authority}", and there is no such file. `challenge-bot init DIR` writes one to fill in.'


def _slack_faults(settings: Settings) -> Iterable[str]:
    token, secret, app = settings.slack_bot_token, settings.slack_signing_secret, settings.slack_app_token
    if not settings.has_slack:
        return
    if token is None:
        yield (
            "CHALLENGE_SLACK_BOT_TOKEN is not set. It begins with xoxb- and is on Slack's page of the app, under OAuth & "
            "Permissions."
        )
    elif not re.fullmatch(r"xoxb-[A-Za-z0-9-]+", token.get_secret_value()):
        yield "CHALLENGE_SLACK_BOT_TOKEN is not a bot token: that begins with xoxb-, then letters, digits and hyphens."
    if app is not None and not re.fullmatch(r"xapp-[A-Za-z0-9-]+", app.get_secret_value()):
        yield "CHALLENGE_SLACK_APP_TOKEN is not an app-level token: that begins with xapp-, then letters, digits and hyphens."
    if secret is None and app is None:
        yield (
            "CHALLENGE_SLACK_SIGNING_SECRET is not set. It is on Slack's page of the app, under Basic Information. (It is "
            "not needed in Socket Mode, which CHALLENGE_SLACK_APP_TOKEN switches on.)"
        )
    elif secret is not None and not re.fullmatch(r"[!-~]+", secret.get_secret_value()):
        yield "CHALLENGE_SLACK_SIGNING_SECRET holds a space or an unusual character: copy it again from Slack."


NO_PLATFORM = (
    "No chat platform is set up. For Slack set CHALLENGE_SLACK_BOT_TOKEN and CHALLENGE_SLACK_SIGNING_SECRET, for Teams "
    "CHALLENGE_TEAMS_CLIENT_ID, CHALLENGE_TEAMS_TENANT_ID and CHALLENGE_TEAMS_CLIENT_SECRET, or all of them."
)


def table(settings: Settings | None) -> list[Row]:
    """Every setting with its meaning, default and state; without settings (they are wrong), what can be set.

    No secret is in it, and no password of a database.
    """
    return [_row(field, settings) for field in Settings.model_fields]


def _row(field: str, settings: Settings | None) -> Row:
    about = Settings.model_fields[field]
    value = getattr(settings, field) if settings is not None else None
    return Row(
        name=PREFIX + field.upper(),
        meaning=about.description or "",
        default="" if about.default is None else str(about.default),
        is_set=settings is not None and field in settings.model_fields_set,
        where="" if settings is None else settings._where.get(field, ""),
        value=_shown(field, value),
    )


def _shown(field: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return "(hidden)"
    if field == "database_url":
        from sqlalchemy.engine import make_url

        return _without_password(make_url(value))
    return showable(str(value))


def _without_password(url: URL) -> str:
    """The address fit to be shown. libpq reads passwords from the part behind the question mark, too."""
    hidden = {key: "***" for key in url.query if "pass" in key.lower()}
    return url.update_query_dict(hidden).render_as_string(hide_password=True)
