"""Notes: the list of notes, finding in one and finding in all."""
