"""Details: what is known of the focused span, and all spans of the note."""
