"""Every problem in the words of an accountant, with the way to put it right."""
