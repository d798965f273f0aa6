"""One event, one entry: what another source tells again is merged, and what may be two stays two."""
