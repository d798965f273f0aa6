"""The `cuijie` command: one module per command, imported only when asked for."""
