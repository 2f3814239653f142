"""The mesh room; see README.md beside this file."""
