"""Evaluation: how good.  Numbers first, strings last; every number says by which rule it was counted."""
