"""The workbench: a local web page for the borrower, the relative and the volunteer lawyer."""
