"""How sure an answer can be: named numbers, and a model fitted on them."""
