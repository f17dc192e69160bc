"""Bitrix24 to Xero: what becomes of an invoice there, and how it gets there."""
