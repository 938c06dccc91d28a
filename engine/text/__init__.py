"""Text: what was written.  Notes, spans, tokens, sentences, sections; never changed."""
