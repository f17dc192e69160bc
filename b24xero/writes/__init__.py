"""How every remote write happens once, and which invoice in Bitrix24 is which in Xero."""
