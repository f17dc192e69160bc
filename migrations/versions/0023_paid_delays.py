"""When Xero changed a status, and how long it took until a payment there was shown in Bitrix24.

Old code goes on beside it: the column may be empty, and nobody else knows the table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("invoice_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("xero_changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "paid_delay",
        sa.Column("up_to", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("invoices", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("up_to", name="pk_paid_delay"),
    )


def downgrade() -> None:
    op.drop_table("paid_delay")
    with op.batch_alter_table("invoice_link", schema=None) as batch_op:
        batch_op.drop_column("xero_changed_at")
