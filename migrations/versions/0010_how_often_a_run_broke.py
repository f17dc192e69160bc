"""How often in a row a run broke, so that it ends; when a Xero login began is not kept any more.

A run that met an unexpected error was carried on for ever, and its person could begin no other. The moment of a login's
begin was never read. Web processes of the version before still write it while they are replaced: the column may be
empty from now on, and goes with a later version.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sync_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("lost", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("xero_login", schema=None) as batch_op:
        batch_op.alter_column("started_at", existing_type=sa.DateTime(timezone=True), nullable=True)


def downgrade() -> None:
    logins = sa.table("xero_login", sa.column("started_at"))
    op.get_bind().execute(sa.update(logins).where(logins.c.started_at.is_(None)).values(started_at=sa.func.now()))
    with op.batch_alter_table("xero_login", schema=None) as batch_op:
        batch_op.alter_column("started_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    with op.batch_alter_table("sync_run", schema=None) as batch_op:
        batch_op.drop_column("lost")
        batch_op.drop_column("tries")
