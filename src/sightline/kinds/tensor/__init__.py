"""The tensor room; see README.md beside this file."""
