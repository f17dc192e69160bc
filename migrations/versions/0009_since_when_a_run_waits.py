"""Since when a run waits, instead of a moment of its start that nobody set.

A run that rested a day for Xero's limit was closed as forgotten in the moment when it began to wait for its person.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sync_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("waits_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_column("started_at")
    # What waits already is given its day from now on.
    runs = sa.table("sync_run", sa.column("state"), sa.column("waits_since"))
    op.get_bind().execute(sa.update(runs).where(runs.c.state == "waiting").values(waits_since=sa.func.now()))


def downgrade() -> None:
    with op.batch_alter_table("sync_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("started_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_column("waits_since")
