"""Tables of documents: their rows and columns, and the cell that a question asks for."""
