"""What is owed, a plan to pay it, and a month of the household, as forms and pages."""
