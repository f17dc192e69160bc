"""When a request gets a thread: only when all of it is there."""
