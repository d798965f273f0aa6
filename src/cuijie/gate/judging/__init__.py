"""What the rules say of a contact before it is made: the facts they judge by, their verdicts, what is told besides."""
