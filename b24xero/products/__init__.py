"""One product in both systems: how it is added, and which Xero item stands for it."""
