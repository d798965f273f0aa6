"""``cuijie law``: the library looked up, citations checked, official texts imported."""
