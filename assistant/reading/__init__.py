"""Finding the words that answer: the extractor, rules beside it, and how all is weighed."""
