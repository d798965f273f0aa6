"""Contracts, credit reports, phones and offers of help, as their pages show what to look at."""
