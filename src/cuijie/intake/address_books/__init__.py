"""Address books: who a number is, used only inside the case."""
