"""Where a text cites the law, and which law, article and day it means."""
