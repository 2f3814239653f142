"""The compiled kernel. Import it through ``sightline.format.kernel``, which knows what to do when it is absent."""
