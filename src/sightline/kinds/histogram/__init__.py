"""The histogram room; see README.md beside this file."""
