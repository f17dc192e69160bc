"""The page of what happened, and how one line of it reads."""
