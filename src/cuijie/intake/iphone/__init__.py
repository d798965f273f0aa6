"""What iPhones give: their backups, the databases inside, and messages that a tool wrote out."""
