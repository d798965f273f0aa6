"""Contacts as the pages show them: in a row, one seen closely, and those not yet known to collect."""
