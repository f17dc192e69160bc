"""The connections themselves, over real sockets."""
