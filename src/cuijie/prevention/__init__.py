"""Closing the leaks: contract clauses, app permissions, the credit report, offers of help that are traps."""
