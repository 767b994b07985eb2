"""The page as HTML, and its words in each language: nothing here asks or changes anything."""
