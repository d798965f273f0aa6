"""The encrypted database of a case: the store, and what lies in its tables."""
