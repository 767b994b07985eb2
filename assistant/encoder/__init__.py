"""The encoder that searching and reading share: taken out of its package, in two forms."""
