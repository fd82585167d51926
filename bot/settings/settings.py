"""Everything that can be set, in one object."""

from __future__ import annotations

from pydantic import PrivateAttr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.settings.files import FileSettings
from bot.settings.mail import MailSettings
from bot.settings.microsoft import CalendarSettings, TeamsSettings
from bot.settings.serving import ServingSettings
from bot.settings.slack import SlackSettings

PREFIX = "CHALLENGE_"


# Pydantic takes the fields of the last class first: from below, this is the order in which the settings are listed.
class Settings(
    ServingSettings,
    CalendarSettings,
    TeamsSettings,
    MailSettings,
    SlackSettings,
    FileSettings,
    BaseSettings,
):
    """Everything that can be set. Frozen; made by `load`, or directly where a test or the demo says all values itself."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        validate_default=True,
        defer_build=False,
    )

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
