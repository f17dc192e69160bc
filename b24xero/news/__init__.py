"""Decides when automatic sync asks Xero and Bitrix24 what changed, though nobody pressed anything."""
