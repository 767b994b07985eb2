"""From what was found, or written, to claims that are cited, checked and put together."""
