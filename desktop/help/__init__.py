"""Help: keys, command palette, network page, history, about."""
