"""What settled an invoice beside money: credit notes, prepayments, overpayments.

An invoice that a credit note settled was told as paid. Empty: not read yet, then it counts as paid, as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("invoice_link", "found_invoice"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("xero_credits", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    for table in ("invoice_link", "found_invoice"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("xero_credits")
