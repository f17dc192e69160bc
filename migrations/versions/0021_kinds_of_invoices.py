"""Which kinds of invoices the portal has, and when it last said so: those of today until it is asked.

Links, entries and pairs that are there name invoices of today, whose keys are their ids: nothing in them changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("portal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("invoice_kinds", sa.JSON(), nullable=False, server_default='["smart"]'))
        batch_op.add_column(sa.Column("kinds_told_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("portal", schema=None) as batch_op:
        batch_op.drop_column("kinds_told_at")
        batch_op.drop_column("invoice_kinds")
