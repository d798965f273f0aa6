"""``cuijie assess``: findings and questions, and the page that tells them."""
