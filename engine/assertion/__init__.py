"""Assertion: what is said of problems, drugs and tests beside their names, by rules."""
