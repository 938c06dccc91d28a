"""Steps: what happens, one verb a file; reading this folder is reading the program."""
