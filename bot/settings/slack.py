"""The settings of Slack, and what is missing of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.settings.values import Part, Secret, web_address


class SlackSettings(Part):
    """Slack."""

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
    slack_api_url: Annotated[str, AfterValidator(web_address)] = Field(
        default="https://slack.com/api/",
        description="Where Slack's Web API is.",
    )

    @property
    def has_slack(self) -> bool:
        """Whether Slack is set up, or was begun to be."""
        return any((self.slack_bot_token, self.slack_signing_secret, self.slack_app_token))


def slack_faults(settings: SlackSettings) -> Iterable[str]:
    """What `challenge-bot serve` still needs for Slack, one sentence each; none where Slack is not set up at all."""
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
