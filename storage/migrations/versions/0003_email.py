"""Messages by e-mail: the channel of each message, and the order of a person's messages by channel."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_email"
down_revision = "0002_meetings"
branch_labels = None
depends_on = None

LIVE = sa.text("state IN ('waiting', 'claimed')")


def upgrade() -> None:
    """All messages so far go to the chat."""
    op.add_column("outbox", sa.Column("channel", sa.String(), nullable=False, server_default="chat"))
    _order(["email", "channel", "queued_at", "id"])


def downgrade() -> None:
    """Forget the channel. What still waited to be sent by e-mail is dropped: as a message it would say too little."""
    op.execute("DELETE FROM outbox WHERE channel <> 'chat' AND state IN ('waiting', 'claimed')")
    _order(["email", "queued_at", "id"])
    op.drop_column("outbox", "channel")


def _order(columns: list[str]) -> None:
    op.drop_index("outbox_of_person", table_name="outbox")
    op.create_index("outbox_of_person", "outbox", columns, sqlite_where=LIVE, postgresql_where=LIVE)
