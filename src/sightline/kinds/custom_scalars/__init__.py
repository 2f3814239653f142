"""The custom scalars room; see README.md beside this file."""
