"""The steps against unlawful collection: what can be done now, what was done, and what came back."""
