"""The settings of the running program itself: where it listens, how often it looks, what it logs and who reads its figures."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from bot.settings.values import Part, Secret, host_name, one_of, whole_number


class ServingSettings(Part):
    """Listening, looking for what is due, and logging."""

    # Loopback, so that nothing is open to a network until somebody says so; a proxy with TLS stands in front anyway.
    host: Annotated[str, AfterValidator(host_name)] = Field(
        default="127.0.0.1",
        description="The address to listen at: 127.0.0.1 behind a proxy on this machine, 0.0.0.0 in a container.",
    )
    port: Annotated[int, BeforeValidator(whole_number("a port", 1, 65535))] = Field(
        default=8080,
        description="The port to listen at.",
    )
    chat_first: Annotated[Literal["slack", "teams"], BeforeValidator(one_of("slack", "teams"))] = Field(
        default="slack",
        description="Where somebody is written to who is known in Slack and in Teams: slack or teams. Who is known in neither is looked up there first.",
    )
    tick_seconds: Annotated[int, BeforeValidator(whole_number("it", 1, 300))] = Field(
        default=15,
        description="How often, in seconds, the program looks for what is due.",
    )
    log_format: Annotated[Literal["json", "console"], BeforeValidator(one_of("json", "console"))] = Field(
        default="json",
        description="How the log is written: json for programs, console for people.",
    )
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        BeforeValidator(one_of("debug", "info", "warning", "error")),
    ] = Field(
        default="info",
        description="What the log leaves out: everything below debug, info, warning or error.",
    )
    metrics_token: Secret = Field(
        default=None,
        description="Asked of whoever reads /metrics, as a bearer token. Left out: /metrics is open to whoever reaches the port.",
    )
