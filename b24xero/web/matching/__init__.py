"""The page Find in Xero."""
