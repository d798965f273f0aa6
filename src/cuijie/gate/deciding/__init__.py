"""From an ask to its answer: the steps, the counters it claims, what forbids it, the earliest time it may be."""
