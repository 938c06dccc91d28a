"""Runs: what taggers did in this project, with what, and doing it again."""
