"""Annotation: what was said, and by whom."""
