"""``cuijie gate``: the gate asked, kept and served."""
