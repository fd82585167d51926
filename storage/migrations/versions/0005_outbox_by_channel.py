"""What waits to be sent is looked for channel by channel: the index begins with it.

Before, whoever asked for the next e-mail went through all messages to the chat to find that there was none.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_outbox_by_channel"
down_revision = "0004_teams"
branch_labels = None
depends_on = None

LIVE = sa.text("state IN ('waiting', 'claimed')")


def upgrade() -> None:
    """Channel first."""
    _to_do(["channel", "send_after", "id"])


def downgrade() -> None:
    """As it was."""
    _to_do(["send_after", "id"])


def _to_do(columns: list[str]) -> None:
    op.drop_index("outbox_to_do", table_name="outbox")
    op.create_index("outbox_to_do", "outbox", columns, sqlite_where=LIVE, postgresql_where=LIVE)
