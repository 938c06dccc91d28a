"""Labels: the palette of the project's label set."""
