"""The tagger that asks a local language model: it may copy the note, open a tag and close one."""
