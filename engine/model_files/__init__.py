"""Model files: manifests, check sums, and where models lie."""
