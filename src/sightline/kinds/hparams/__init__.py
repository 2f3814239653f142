"""The hparams room; see README.md beside this file."""
