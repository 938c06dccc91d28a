"""Failures: foreseen ones as a sentence, bugs as a report that can be copied."""
