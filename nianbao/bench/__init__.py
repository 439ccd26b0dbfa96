"""Measurements of the project against itself and others: `nianbao bench`."""
