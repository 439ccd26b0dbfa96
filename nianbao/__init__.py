"""What ties the crawler and the parsers to people: command line, units, database, comparison, served site, demo portals."""
