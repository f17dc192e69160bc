"""Every page in every state, on the demo's world, as a person reaches it: for pictures and for checks of all."""
