"""The `cuijie` command: a module or a room per command, imported only when asked for.

``owe.py`` holds the command ``owe``, its subcommands among them; ``owe_page.py``, ``owe_json.py`` … are parts of it.
What has no command's name before it (``language``, ``output``, ``dates`` …) serves several.
"""
