"""The embedded workspace: Slack's protocol and a page to use it, on this machine only."""

from bot.playground.about import About, CommandHint, StartStep, TimeControls
from bot.playground.errors import BadPersonaError, NotLoopbackError, RealCredentialsError
from bot.playground.people import Persona
from bot.playground.server import create_app
from bot.playground.workspace import Workspace

__all__ = [
    "About",
    "BadPersonaError",
    "CommandHint",
    "NotLoopbackError",
    "Persona",
    "RealCredentialsError",
    "StartStep",
    "TimeControls",
    "Workspace",
    "create_app",
]
