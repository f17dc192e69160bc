"""What Bitrix24 said of a customer when its contact was last settled, and what was written to the contact.

Empty for links from before: nothing is compared for them until their customer's next invoice is written.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contact_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("written", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("contact_link", schema=None) as batch_op:
        batch_op.drop_column("written")
        batch_op.drop_column("settled")
