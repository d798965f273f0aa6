"""The People's Bank personal credit report: read, and what in it to check."""
