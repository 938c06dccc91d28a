"""Taggers: models that propose.  They see text and never the project file."""
