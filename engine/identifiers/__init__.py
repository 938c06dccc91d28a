"""Identifiers: what in a note may still point at a person; a gate at import, not a de-identifier."""
