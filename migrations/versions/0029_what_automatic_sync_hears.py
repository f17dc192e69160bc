"""What automatic sync hears of both systems, whom it told what waits, and its figures hour by hour."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("automatic_sync", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sequence", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("has_gap", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("bitrix24_has_news", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("bitrix24_heard_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("events", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("tells", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("told", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "hour_count",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("organisation_id", "hour", "name"),
    )


def downgrade() -> None:
    op.drop_table("hour_count")
    with op.batch_alter_table("automatic_sync", schema=None) as batch_op:
        for name in ("told", "tells", "events", "bitrix24_heard_at", "bitrix24_has_news", "has_gap", "sequence"):
            batch_op.drop_column(name)
