"""The record of one invoice: both numbers, its amounts, what differs, what happened, what can be pressed."""
