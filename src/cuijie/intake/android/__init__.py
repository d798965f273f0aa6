"""What Android phones give: backup apps, adb, databases and the backups of their makers."""
