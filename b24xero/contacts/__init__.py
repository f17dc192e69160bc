"""Which Xero contact stands for a customer of Bitrix24."""
