"""Everything that knows Bitrix24's wire, and nothing else."""
