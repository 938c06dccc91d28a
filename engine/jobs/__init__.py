"""Jobs: long work that tells how far it is and stops when asked."""
