"""Find in Xero: which invoices of the time before belong together, and who confirms it."""
