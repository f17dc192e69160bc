"""How far the answer of another server is trusted: in time, in size, in depth, and never on to another host."""
