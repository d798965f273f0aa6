"""Times as sources and people write them."""
