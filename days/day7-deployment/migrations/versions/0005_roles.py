"""One role instead of one flag: a superuser becomes an admin, who has events an organizer.

Stop the old version of the app first: it reads the column that goes.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# The column and its CHECK in one statement, in words that both databases know: SQLite cannot
# add a constraint later, and copying the table would break the foreign keys that point to it.
# The default is for the rows that are there; without it NOT NULL refuses the column.
ADD_ROLE = """
ALTER TABLE users ADD COLUMN role VARCHAR(20) DEFAULT 'participant' NOT NULL
CONSTRAINT ck_users_role CHECK (role IN ('admin', 'organizer', 'participant'))
"""
MAKE_ADMINS = "UPDATE users SET role = 'admin' WHERE is_superuser"
MAKE_ORGANIZERS = """
UPDATE users SET role = 'organizer'
WHERE NOT is_superuser AND id IN (SELECT organizer_id FROM events)
"""
ADD_FLAG = "ALTER TABLE users ADD COLUMN is_superuser BOOLEAN DEFAULT false NOT NULL"
MAKE_SUPERUSERS = "UPDATE users SET is_superuser = true WHERE role = 'admin'"


def upgrade() -> None:
    op.execute(ADD_ROLE)
    op.execute(MAKE_ADMINS)
    op.execute(MAKE_ORGANIZERS)
    op.drop_column("users", "is_superuser")


def downgrade() -> None:
    op.execute(ADD_FLAG)
    op.execute(MAKE_SUPERUSERS)
    op.drop_column("users", "role")  # its CHECK goes with it
