"""Store: the project file, one SQLite database, and everything that may be asked of it.

Reading order: `store` (what callers see), `schema` (what lies in the file), `operations` (how a
change becomes one named, undoable row of the log), then one file for each kind of question.
"""
