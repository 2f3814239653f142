"""The PR curve room; see README.md beside this file."""
