"""Training: learning from gold.  Everything that needs torch imports it late."""
