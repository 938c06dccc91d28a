"""Comparing: two layers of one note side by side, and where they differ."""
