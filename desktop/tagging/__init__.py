"""Tagging: which notes, which model, how far."""
