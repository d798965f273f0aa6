"""Window rules: which contacts a window holds, when, against which limit, and what to ask where it is open."""
