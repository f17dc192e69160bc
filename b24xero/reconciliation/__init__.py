"""Do both systems agree: how they stand on each invoice, what differs, counts and sums."""
