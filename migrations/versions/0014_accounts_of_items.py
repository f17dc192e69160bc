"""The sales account and tax rate of an item, as last read: they go before the set-up's.

Empty until the item is read the next time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("item_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("account", sa.String(16), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("tax_type", sa.String(64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("item_link", schema=None) as batch_op:
        batch_op.drop_column("read_at")
        batch_op.drop_column("tax_type")
        batch_op.drop_column("account")
