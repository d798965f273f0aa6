"""Who may come in: the browser on this computer, phones of the same network, a lawyer with a key."""
