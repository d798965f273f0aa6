"""Room not yet furnished."""
