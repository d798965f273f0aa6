"""Batch audit of contact logs by the whole rulebook."""
