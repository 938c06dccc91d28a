"""Prompts: what a model is told before it answers, part by part, and the examples it is shown."""
