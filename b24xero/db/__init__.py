"""What is kept and how it is stored: the tables, their column types, and how a transaction is made."""
