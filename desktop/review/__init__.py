"""Review: the note on the screen: its text, the spans under it, the caret, what keys and mouse ask for."""
