"""The page that shows what a press would write, before it does."""
