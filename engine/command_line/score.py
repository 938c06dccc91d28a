"""`tagwell score`: hold predicted tags against gold ones."""
