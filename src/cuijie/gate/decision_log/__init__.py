"""The decision log: what it holds, the facts it keeps of each ask, and judging again from it."""
