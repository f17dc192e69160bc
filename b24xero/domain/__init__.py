"""What an invoice, a product, the books and the set-up are, in words that belong to neither vendor."""
