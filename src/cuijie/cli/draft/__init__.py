"""``cuijie draft``: a paper, and what is said around it."""
