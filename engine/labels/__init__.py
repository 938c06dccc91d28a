"""Labels: what may be said.  Label sets are data files; users make their own."""
