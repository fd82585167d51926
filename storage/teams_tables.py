"""The tables of Microsoft Teams alone. What `storage.tables` says holds here too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from storage.narrative import Narrative
from storage.tables import IN_ITS_KEY, Moment


class TeamsConversation(SQLModel, table=True):
    """Where a person's own chat with the bot is, by their id in Microsoft Entra. `welcomed_at`: when they got the first card in it."""

    user_id: str = Field(primary_key=True)
    conversation: str
    service_url: str
    noted_at: datetime = Field(default=None, sa_column=Column(Moment(), nullable=False))
    welcomed_at: datetime | None = Field(default=None, sa_column=Column(Moment(), nullable=True))
    __table_args__ = (IN_ITS_KEY,)


class TeamsFile(SQLModel, table=True):
    """A file that waits until the person says where it may be put. `user_id` is theirs once they were asked."""

    id: str = Field(primary_key=True)
    user_id: str | None = None
    body: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(Narrative("teamsfile.body"), nullable=False)
    )
    brought_at: datetime = Field(default=None, sa_column=Column(Moment(), nullable=False))
    __table_args__ = (IN_ITS_KEY,)
