"""Everything that knows Xero's wire; the only place that imports xero_python."""
