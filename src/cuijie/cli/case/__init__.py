"""``cuijie case``: a case made, filled in, opened and shared; other commands open theirs here."""
