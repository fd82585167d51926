"""How the tables came to be what they are: one file a revision, in `versions`, the same for SQLite and PostgreSQL.

The names stand here too, so that a start can tell whether the tables are current without loading alembic.
"""

REVISIONS = ("0001", "0002_meetings", "0003_email", "0004_teams", "0005_outbox_by_channel")
HEAD = REVISIONS[-1]
