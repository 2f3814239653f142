"""Layer 4: the store and the rooms over HTTP. The URL map is in ``app.py``, its manual in ``docs/api.md``."""
