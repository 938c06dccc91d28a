"""Files: projects made and opened, notes brought in, annotations taken out, backups."""
