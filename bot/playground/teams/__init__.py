"""Microsoft Teams, played for one app on this machine: its connector, its activities, its sign-in service, and what people do there."""

from bot.playground.teams.login import Login
from bot.playground.teams.tenant import CONNECTOR, Tenant, object_id_of

__all__ = ["CONNECTOR", "Login", "Tenant", "object_id_of"]
