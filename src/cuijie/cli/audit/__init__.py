"""``cuijie audit``: one log, the logs of many lenders, and what is made of the results."""
