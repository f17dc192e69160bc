"""The month's end as one sheet: on the screen, on paper, as a file."""
