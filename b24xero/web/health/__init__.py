"""Health: whether everything works, for administrators."""
