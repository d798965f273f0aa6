"""The `cuijie` command: a module or a room per command, imported only when asked for.

``owe/command.py`` holds the command ``owe``; ``owe/page.py``, ``owe/source.py`` … are parts of it, a small command is
one module (``scam.py``).  What has no command's name (``language``, ``output``, ``dates`` …) serves several.
"""
