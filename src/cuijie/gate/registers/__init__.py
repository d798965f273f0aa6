"""The registers a lender keeps, from their rows to what they say of a contact."""
