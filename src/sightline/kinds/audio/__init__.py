"""The audio room; see README.md beside this file."""
