"""What each release left behind: its tables with data, and whether head goes on with them and beside its code."""
