"""What a text says an article says, held against what the article says."""
