"""What the settings still lack for serving, each of them being right by itself."""

from __future__ import annotations

from pathlib import Path

from bot.settings.settings import Settings
from bot.settings.slack import slack_faults
from procedures.faults import showable

NO_PLATFORM = (
    "No chat platform is set up. For Slack set CHALLENGE_SLACK_BOT_TOKEN and CHALLENGE_SLACK_SIGNING_SECRET, for Teams "
    "CHALLENGE_TEAMS_CLIENT_ID, CHALLENGE_TEAMS_TENANT_ID and CHALLENGE_TEAMS_CLIENT_SECRET, or all of them."
)


def missing_for_serving(settings: Settings) -> list[str]:
    """What `challenge-bot serve` still needs, one sentence each; empty when it can start."""
    from sqlalchemy.engine import make_url

    from bot.mail.server import faults as mail_faults
    from bot.microsoft.missing import graph_faults, teams_faults

    faults = [
        *slack_faults(settings),
        *teams_faults(settings),
        *graph_faults(settings),
        *mail_faults(settings),
    ]
    if not settings.has_slack and not settings.has_teams:
        faults.append(NO_PLATFORM)
    if not is_file(settings.authority):
        faults.append(no_authority(settings))
    url = make_url(settings.database_url)
    if url.drivername.startswith("sqlite") and url.database and not _is_folder(Path(url.database).parent):
        faults.append(
            f"CHALLENGE_DATABASE_URL puts the database into the folder {Path(url.database).parent}, which does not exist. "
            "Make the folder first."
        )
    return [showable(fault) for fault in faults]


def no_authority(settings: Settings) -> str:
    """The sentence for an authority.toml that is not there."""
    return f'CHALLENGE_AUTHORITY is "{settings.authority}", and there is no such file. `challenge-bot init DIR` writes one to fill in.'


def is_file(path: Path) -> bool:
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
