"""An index for each foreign key and each frequent query.

CREATE INDEX blocks writers while it reads the table. These tables are small yet; day 6 shows
how to do it while people write.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_events_organizer_id_status": ("events", ["organizer_id", "status"]),
    "ix_events_start_time_id": ("events", ["start_time", "id"]),
    "ix_tasks_event_id_status": ("tasks", ["event_id", "status"]),
    "ix_tasks_assigned_to_id": ("tasks", ["assigned_to_id"]),
}


def upgrade() -> None:
    for name, (table, columns) in INDEXES.items():
        op.create_index(op.f(name), table, columns)


def downgrade() -> None:
    for name, (table, _) in INDEXES.items():
        op.drop_index(op.f(name), table)
