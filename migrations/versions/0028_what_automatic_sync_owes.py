"""That Xero told of something, without a clock; what automatic sync was to write to Xero and did not."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("automatic_sync", schema=None) as batch_op:
        batch_op.add_column(sa.Column("has_news", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("owed", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("push_run_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("automatic_sync", schema=None) as batch_op:
        batch_op.drop_column("push_run_id")
        batch_op.drop_column("owed")
        batch_op.drop_column("has_news")
