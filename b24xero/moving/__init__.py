"""Moving to another address, portal or organisation: what changes, what people do by hand, and the change itself."""
