"""Indexes that end with the order of the list: a page is read, and nothing but the page.

CONCURRENTLY, outside a transaction: people go on writing while an index is built. If one step
fails, drop the index that it left INVALID, and run the migration again.

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ADDED = {
    "ix_events_organizer_id_status_start_time_id": (
        "events",
        ["organizer_id", "status", "start_time", "id"],
    ),
    "ix_tasks_event_id_id": ("tasks", ["event_id", "id"]),
    "ix_tasks_assigned_to_id_id": ("tasks", ["assigned_to_id", "id"]),
}
# Each is the beginning of a new one, which does its work.
SPARE = {
    "ix_events_organizer_id_status": ("events", ["organizer_id", "status"]),
    "ix_tasks_assigned_to_id": ("tasks", ["assigned_to_id"]),
}


def upgrade() -> None:
    replace(ADDED, SPARE)


def downgrade() -> None:
    replace(SPARE, ADDED)


def replace(new: dict[str, tuple[str, list[str]]], old: dict[str, tuple[str, list[str]]]) -> None:
    """The new ones first: a query that has lost its index reads the table meanwhile."""
    with op.get_context().autocommit_block():
        for name, (table, columns) in new.items():
            op.create_index(op.f(name), table, columns, postgresql_concurrently=True)
        for name, (table, _) in old.items():
            op.drop_index(op.f(name), table, postgresql_concurrently=True)
