"""Figures from answers and gold: each measure, its interval, and what it is called."""
