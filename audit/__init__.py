"""The command ``python3 run.py audit``: what is known against the parts we stand on, and what they are."""
