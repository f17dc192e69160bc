"""Both vendors as one strict, stateful HTTP server, for the demo and the tests. It imports nothing of the app."""
