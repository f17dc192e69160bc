"""How one talks to Bitrix24: its calls, its words and its limits, and nothing else."""
