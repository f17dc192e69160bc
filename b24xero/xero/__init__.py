"""How one talks to Xero: its calls, its words and its arithmetic, and nothing else."""
