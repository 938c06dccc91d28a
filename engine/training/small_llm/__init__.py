"""The small language model that is made here: from raw text and gold to a GGUF file."""
