"""Asking the real systems what only they can tell."""
