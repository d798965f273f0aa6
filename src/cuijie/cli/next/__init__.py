"""``cuijie next``: the ladder, what was done and what came back."""
