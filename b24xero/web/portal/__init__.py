"""What is shown inside Bitrix24: the frame, the tab of an invoice, where b24xero is placed."""
