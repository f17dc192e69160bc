"""Indexes for what was found by going through whole tables: one invoice's history, the lists by how an invoice stands,
a person's runs, numbers that are searched for, what is too old."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

IN_XERO = sa.text("xero_id IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_invoice_link_status", "invoice_link", ["organisation_id", "xero_status", "bitrix24_id"])
    op.create_index(
        "ix_invoice_link_in_xero", "invoice_link", ["organisation_id", "bitrix24_id"],
        sqlite_where=IN_XERO, postgresql_where=IN_XERO,
    )  # fmt: skip
    op.create_index("ix_found_invoice_read", "found_invoice", ["read_at"])
    op.create_index("ix_sync_run_user", "sync_run", ["user_id", "state"])
    op.create_index("ix_sync_entry_number", "sync_entry", ["number"])
    op.drop_index("ix_sync_entry_invoice", table_name="sync_entry")
    op.create_index("ix_sync_entry_invoice", "sync_entry", ["bitrix24_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_sync_entry_invoice", table_name="sync_entry")
    op.create_index("ix_sync_entry_invoice", "sync_entry", ["organisation_id", "bitrix24_id", "id"])
    op.drop_index("ix_sync_entry_number", table_name="sync_entry")
    op.drop_index("ix_sync_run_user", table_name="sync_run")
    op.drop_index("ix_found_invoice_read", table_name="found_invoice")
    op.drop_index("ix_invoice_link_in_xero", table_name="invoice_link")
    op.drop_index("ix_invoice_link_status", table_name="invoice_link")
