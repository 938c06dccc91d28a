"""Command line: the engine's steps from a terminal; nothing here that the steps do not do."""
