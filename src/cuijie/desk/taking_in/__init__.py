"""Files and told contacts on their way into a case."""
