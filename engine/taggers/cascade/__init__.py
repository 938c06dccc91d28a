"""Cascade: a fast tagger for everything, a slow one for what is worth it."""
