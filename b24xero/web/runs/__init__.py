"""The page of one run, and the notice that it has ended."""
