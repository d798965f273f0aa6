"""``python -m cuijie`` is ``cuijie``."""

from cuijie.cli.main import main

main()
