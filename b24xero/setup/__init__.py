"""Trying a set-up on recent invoices, and moving it from one installation to another."""
