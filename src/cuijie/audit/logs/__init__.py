"""From the files of a lender to contact records: which column is which, and how each value is written."""
