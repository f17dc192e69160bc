"""The administrators' page of who is signed in, and what happened at the sign-in."""
