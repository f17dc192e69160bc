"""Sessions as rows that can be ended, what happened at the sign-in, and since when it is known who is an administrator.

Whoever was signed in by a cookie alone has to sign in again: such a cookie has no row, and cannot be taken back.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("id_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(16), nullable=False),
        sa.Column("left_with", sa.BigInteger(), nullable=True),
    )
    op.create_index("ix_session_user", "session", ["user_id"])
    op.create_table(
        "access_event",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user.id", ondelete="SET NULL"), nullable=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("problem", sa.String(64), nullable=False),
    )
    op.add_column("user", sa.Column("admin_told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("portal", sa.Column("uninstall_told_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("portal", schema=None) as batch_op:
        batch_op.drop_column("uninstall_told_at")
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_column("admin_told_at")
    op.drop_table("access_event")
    op.drop_index("ix_session_user", table_name="session")
    op.drop_table("session")
