"""The image room; see README.md beside this file."""
