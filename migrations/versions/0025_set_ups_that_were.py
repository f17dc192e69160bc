"""Every set-up that was saved, so that it is known under which one an invoice was written.

The one that is in force stays where it is; the first save after this keeps it as the first of them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_set_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_saved_set_up_organisation", "saved_set_up", ["organisation_id", "saved_at"])


def downgrade() -> None:
    op.drop_index("ix_saved_set_up_organisation", table_name="saved_set_up")
    op.drop_table("saved_set_up")
