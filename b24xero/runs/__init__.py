"""How work goes on in the background: who carries a run on, what pauses or ends it, what is told of it."""
