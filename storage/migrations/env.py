"""What alembic runs to migrate. `Database.migrate` hands it the connection and owns the transaction."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

import storage.audit_tables
import storage.meeting_tables
import storage.plan_tables
import storage.records_tables
import storage.tables
import storage.tables_besides
import storage.teams_tables  # noqa: F401  (their tables are the metadata)

connection = context.config.attributes.get("connection")
if not isinstance(connection, Connection):
    raise RuntimeError("Migrations are run by the program itself: challenge-bot migrates when it starts.")

context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
    if connection.dialect.name == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if orphans:
            raise RuntimeError(f"The migration would leave rows without what they refer to: {orphans[:5]}")
