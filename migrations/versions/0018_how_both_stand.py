"""What tells how both systems stand: what Bitrix24 and Xero said when an invoice was written, edits and payments since.

Empty for links from before: of them it is told that the totals differ, and not who changed them, until they are written
or read again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("invoice_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seen", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("xero_written_total", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("xero_edits", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("xero_payments", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("xero_paid_on", sa.String(10), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("invoice_link", schema=None) as batch_op:
        for name in ("xero_paid_on", "xero_payments", "xero_edits", "xero_written_total", "seen"):
            batch_op.drop_column(name)
