"""Letters, mails and saved pages: the words of whatever calls itself a document."""
