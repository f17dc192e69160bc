"""Runs and their entries, and what Bitrix24 was told of each invoice beside what Xero says.

A run's state and its entries are the whole truth of a job: the job runner's queue only wakes workers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sync_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("waits_for", sa.String(length=16), nullable=True),
        sa.Column("resume_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.String(length=36), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("sync_run", schema=None) as batch_op:
        batch_op.create_index("ix_sync_run_organisation", ["organisation_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sync_run_state"), ["state"], unique=False)

    op.create_table(
        "sync_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("bitrix24_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run_id"], ["sync_run.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("sync_entry", schema=None) as batch_op:
        batch_op.create_index("ix_sync_entry_invoice", ["organisation_id", "bitrix24_id", "id"], unique=False)
        batch_op.create_index("ix_sync_entry_organisation", ["organisation_id", "id"], unique=False)
        batch_op.create_index("ix_sync_entry_run", ["run_id", "id"], unique=False)
        batch_op.create_index("ix_sync_entry_user", ["user_id", "id"], unique=False)
        batch_op.create_index("ix_sync_entry_outcome", ["outcome", "id"], unique=False)

    with op.batch_alter_table("invoice_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("written_claim", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("written_kind", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("told", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("moved_to", sa.String(length=50), nullable=True))
        batch_op.add_column(sa.Column("news", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index("ix_invoice_link_news", ["organisation_id", "news"], unique=False)

    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("watermark", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_column("swept_at")
        batch_op.drop_column("watermark")

    with op.batch_alter_table("invoice_link", schema=None) as batch_op:
        batch_op.drop_index("ix_invoice_link_news")
        batch_op.drop_column("news")
        batch_op.drop_column("moved_to")
        batch_op.drop_column("told")
        batch_op.drop_column("written_kind")
        batch_op.drop_column("written_claim")

    with op.batch_alter_table("sync_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_sync_entry_outcome")
        batch_op.drop_index("ix_sync_entry_user")
        batch_op.drop_index("ix_sync_entry_run")
        batch_op.drop_index("ix_sync_entry_organisation")
        batch_op.drop_index("ix_sync_entry_invoice")

    op.drop_table("sync_entry")
    with op.batch_alter_table("sync_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sync_run_state"))
        batch_op.drop_index("ix_sync_run_organisation")

    op.drop_table("sync_run")
