"""The page where stages, taxes and accounts are chosen, and its check."""
