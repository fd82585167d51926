"""The triggers that keep the audit append-only, for SQLite and PostgreSQL alike.

Rows are never removed, and nothing of them is changed but `body` and `salt`, and those only while the gate is open
(`storage.audit_tables.AuditGate`); the salt can only be taken away. The head only moves forward. What is empty may be replaced,
so that a copy can be loaded.
"""

from __future__ import annotations

from collections.abc import Callable

REFUSED = "Rows of the audit are neither changed nor removed."
HEAD_REFUSED = "The head of the audit only moves forward."
_COVERED = ("number", "at", "actor", "action", "subject", "digest", "previous", "hash")
_OPEN = "EXISTS (SELECT 1 FROM auditgate WHERE opened IS NOT NULL)"


def create(execute: Callable[[str], None], dialect: str) -> None:
    """Put the triggers in place. `dialect` is SQLAlchemy's name of the database."""
    for statement in _sqlite() if dialect == "sqlite" else _postgresql():
        execute(statement)


def drop(execute: Callable[[str], None], dialect: str) -> None:
    """Take away what the tables do not take with them."""
    if dialect != "sqlite":
        execute("DROP FUNCTION IF EXISTS audit_guard(), audit_head_guard(), audit_truncate_guard()")


def _sqlite() -> list[str]:
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _COVERED)
    salted = "(NEW.salt IS NOT NULL AND NEW.salt IS NOT OLD.salt)"
    return [
        _refusing("audit_kept", "DELETE ON audit", "", REFUSED),
        _refusing("audit_unchanged", "UPDATE ON audit", f"{changed} OR {salted} OR NOT {_OPEN}", REFUSED),
        # INSERT OR REPLACE removes what stands in its way without asking the triggers for DELETE.
        _refusing(
            "audit_not_replaced",
            "INSERT ON audit",
            "EXISTS (SELECT 1 FROM audit WHERE number = NEW.number)",
            REFUSED,
        ),
        _refusing("audithead_kept", "DELETE ON audithead", "OLD.number > 0", HEAD_REFUSED),
        _refusing(
            "audithead_forward",
            "UPDATE ON audithead",
            "NEW.id IS NOT OLD.id OR NEW.number < OLD.number OR (NEW.number = OLD.number AND NEW.hash IS NOT OLD.hash)",
            HEAD_REFUSED,
        ),
        _refusing(
            "audithead_not_replaced",
            "INSERT ON audithead",
            "EXISTS (SELECT 1 FROM audithead WHERE id = NEW.id AND number > 0)",
            HEAD_REFUSED,
        ),
    ]


def _refusing(name: str, of: str, when: str, sentence: str) -> str:
    condition = f" WHEN {when}" if when else ""
    return f"CREATE TRIGGER {name} BEFORE {of}{condition} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"


def _postgresql() -> list[str]:
    new, old = (", ".join(f"{row}.{name}" for name in _COVERED) for row in ("NEW", "OLD"))
    allowed = (
        f"TG_OP = 'UPDATE' AND ({new}) IS NOT DISTINCT FROM ({old}) "
        f"AND (NEW.salt IS NULL OR NEW.salt IS NOT DISTINCT FROM OLD.salt) AND {_OPEN}"
    )
    forward = (
        "(TG_OP = 'UPDATE' AND NEW.id = OLD.id AND (NEW.number > OLD.number OR NEW IS NOT DISTINCT FROM OLD)) "
        "OR (TG_OP = 'DELETE' AND OLD.number = 0)"
    )
    empty = "NOT EXISTS (SELECT 1 FROM audit)"
    return [
        _function("audit_guard", allowed, REFUSED),
        _function("audit_head_guard", forward, HEAD_REFUSED),
        _function("audit_truncate_guard", empty, REFUSED),
        _calling("audit_unchanged", "UPDATE OR DELETE ON audit FOR EACH ROW", "audit_guard"),
        _calling("audithead_forward", "UPDATE OR DELETE ON audithead FOR EACH ROW", "audit_head_guard"),
        _calling("audit_kept", "TRUNCATE ON audit", "audit_truncate_guard"),
        _calling("audithead_kept", "TRUNCATE ON audithead", "audit_truncate_guard"),
    ]


def _function(name: str, allowed: str, sentence: str) -> str:
    """A function that lets through what is allowed; a row that goes is `OLD`, and a statement has none."""
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {allowed} THEN IF TG_OP = 'UPDATE' THEN RETURN NEW; ELSIF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NULL; END IF; "
        f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'restrict_violation'; END $$"
    )


def _calling(name: str, of: str, function: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {of} EXECUTE FUNCTION {function}()"
