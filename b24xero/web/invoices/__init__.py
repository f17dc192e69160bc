"""The list of invoices: its rows, one press, a press on many, why one is not in Xero."""
