"""Xero to Bitrix24: what has changed there, and which stage an invoice moves to for it."""
