"""Recurring templates that were met among the invoices, and contacts that were made without an address.

Whoever made the contact may not have been shown the address; it is completed by somebody who is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("portal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("template_ids", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    with op.batch_alter_table("contact_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lacks_address", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("contact_link", schema=None) as batch_op:
        batch_op.drop_column("lacks_address")
    with op.batch_alter_table("portal", schema=None) as batch_op:
        batch_op.drop_column("template_ids")
