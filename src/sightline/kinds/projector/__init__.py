"""The projector room; see README.md beside this file."""
