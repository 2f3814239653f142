"""The scalar room; see README.md beside this file."""
