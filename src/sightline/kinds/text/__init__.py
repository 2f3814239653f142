"""The text room; see README.md beside this file."""
