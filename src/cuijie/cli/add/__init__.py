"""``cuijie add``: evidence into a case, and what left no file."""
