"""Sets of questions: read in any of their layouts, checked, and written."""
