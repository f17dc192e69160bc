"""Invoices of the time before b24xero, matched by 'Find in Xero' and not confirmed yet."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "found_invoice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("bitrix24_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("customer_number", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=8), nullable=False),
        sa.Column("stage_name", sa.Text(), nullable=False),
        sa.Column("number_key", sa.String(length=255), nullable=False),
        sa.Column("customer_key", sa.String(length=255), nullable=False),
        sa.Column("sum_key", sa.String(length=64), nullable=False),
        sa.Column("xero_id", sa.String(length=64), nullable=False),
        sa.Column("xero_number", sa.Text(), nullable=False),
        sa.Column("xero_customer", sa.Text(), nullable=False),
        sa.Column("xero_day", sa.Date(), nullable=True),
        sa.Column("xero_currency", sa.String(length=8), nullable=False),
        sa.Column("xero_status", sa.String(length=16), nullable=True),
        sa.Column("xero_total", sa.BigInteger(), nullable=True),
        sa.Column("xero_due", sa.BigInteger(), nullable=True),
        sa.Column("xero_settled", sa.BigInteger(), nullable=True),
        sa.Column("xero_due_date", sa.String(length=10), nullable=True),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("organisation_id", "user_id", "bitrix24_id", "xero_id", name="uq_found_invoice_pair"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_found_invoice_state", "found_invoice", ["organisation_id", "user_id", "state", "bitrix24_id"])
    op.create_index("ix_found_invoice_number", "found_invoice", ["organisation_id", "number_key"])
    op.create_index("ix_found_invoice_sum", "found_invoice", ["organisation_id", "sum_key"])


def downgrade() -> None:
    op.drop_table("found_invoice")
