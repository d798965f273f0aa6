"""Rows out of whatever calls itself a table."""
