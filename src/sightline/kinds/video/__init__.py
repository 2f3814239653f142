"""The video room; see README.md beside this file."""
