"""What goes by itself: its login, its switches, and how it goes."""
