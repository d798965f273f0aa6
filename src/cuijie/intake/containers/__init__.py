"""What other files lie in: archives, compound files, databases held in memory, locked Office files."""
