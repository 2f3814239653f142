"""The graph room; see README.md beside this file."""
