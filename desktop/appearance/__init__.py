"""Appearance: the colours of the program, and how label colours are kept readable on them."""
