"""Formats: files in and out, one format a file, reader beside writer."""
