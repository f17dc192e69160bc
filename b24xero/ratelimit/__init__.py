"""When the next call to a vendor may go out: one pace for all processes, and how long an answer may take."""
