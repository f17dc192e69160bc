"""How a person signs in to Bitrix24 and connects to Xero, in a browser and in the portal's frame."""
