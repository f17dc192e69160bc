"""The word by which the portal's events, and later openings in its frame, are known to be this application's."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portal", sa.Column("application_token", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("portal", schema=None) as batch_op:
        batch_op.drop_column("application_token")
