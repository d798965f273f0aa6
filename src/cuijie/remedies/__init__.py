"""What can be done: channels, the ladder and its deadlines, and the papers for each step."""
