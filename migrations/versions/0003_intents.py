"""Every remote write as a row of its own, and with each link what was last written to Xero.

Until now the link itself held a create under way; contacts, items, products and stages had nothing.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('planned', 'sent', 'unclear')")


def upgrade() -> None:
    op.create_table(
        "intent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("keep", sa.JSON(), nullable=False),
        sa.Column("claim", sa.String(length=36), nullable=False),
        sa.Column("vendor_id", sa.String(length=64), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_intent_open", "intent", ["organisation_id", "kind", "subject"],
        unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN,
    )  # fmt: skip
    op.create_index("ix_intent_ended", "intent", ["ended_at"])
    _move_open_creates()
    with op.batch_alter_table("invoice_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("written", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("cents", sa.String(length=8), nullable=False, server_default=""))
        batch_op.drop_column("state")
        batch_op.drop_column("pending")
        batch_op.drop_column("idempotency_key")
        batch_op.drop_column("sent_at")


_LINK = sa.table(
    "invoice_link",
    sa.column("organisation_id", sa.Integer()),
    sa.column("bitrix24_id", sa.Integer()),
    sa.column("state", sa.String()),
    sa.column("pending", sa.JSON(none_as_null=True)),
    sa.column("idempotency_key", sa.String()),
    sa.column("sent_at", sa.DateTime(timezone=True)),
    sa.column("claimed_by_id", sa.Integer()),
)
_INTENT = sa.table(
    "intent",
    *(sa.column(name) for name in ("organisation_id", "user_id", "kind", "action", "subject", "state", "key")),
    *(sa.column(name) for name in ("body_hash", "claim", "vendor_id")),
    sa.column("body", sa.JSON()),
    sa.column("keep", sa.JSON()),
    sa.column("planned_at", sa.DateTime(timezone=True)),
    sa.column("sent_at", sa.DateTime(timezone=True)),
)


def _move_open_creates() -> None:
    """A create under way, or one whose answer was lost, is not forgotten by an upgrade."""
    connection = op.get_bind()
    open_ones = sa.select(_LINK).where(_LINK.c.pending.is_not(None), _LINK.c.state.in_(("sent", "unclear")))
    for link in connection.execute(open_ones).all():
        body = link.pending["body"]
        written = {name: value for name, value in body.items() if name != "Status"}
        keep = {"fingerprint": link.pending["fingerprint"], "row_ids": link.pending["row_ids"]}
        connection.execute(
            _INTENT.insert().values(
                organisation_id=link.organisation_id,
                user_id=link.claimed_by_id,
                kind="invoice",
                action="create",
                subject=str(link.bitrix24_id),
                state="unclear",
                key=link.idempotency_key or "",
                body=body,
                body_hash="",
                keep={**keep, "written": written, "cents": ""},
                claim="",
                vendor_id="",
                planned_at=link.sent_at or datetime.now(UTC),
                sent_at=link.sent_at,
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("invoice_link", schema=None) as batch_op:
        batch_op.drop_column("cents")
        batch_op.drop_column("written")
        batch_op.add_column(sa.Column("state", sa.String(length=16), nullable=False, server_default="new"))
        batch_op.add_column(sa.Column("pending", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("idempotency_key", sa.String(length=128), nullable=True))
        batch_op.add_column(sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_table("intent")
