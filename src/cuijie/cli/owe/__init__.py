"""``cuijie owe``: what is really owed, and how it is told."""
