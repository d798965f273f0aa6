"""Papers on the desk: listed, filled in, seen as they will print."""
