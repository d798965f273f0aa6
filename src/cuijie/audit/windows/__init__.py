"""The counting rules over a whole log: windows of hours, days and weeks, and what is carried between runs."""
