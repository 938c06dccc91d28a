"""Corpus readers: public corpora, each in the format it was published in, as annotated notes."""
