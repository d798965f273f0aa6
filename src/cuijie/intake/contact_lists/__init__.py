"""Lists of calls and texts: operators' own, plain logs with columns, and lines typed by hand."""
