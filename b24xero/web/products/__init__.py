"""The list of products, and the form that adds one."""
