"""What models and datasets share: a handle that is given back exactly once."""


class Handle:
    """Use as a context manager, or call close(), or leave it to the garbage collector."""

    _free = None

    def __init__(self, handle):
        self._handle = handle

    @property
    def handle(self):
        """The library's number for this object; 0 once it is closed."""
        return self._handle

    def close(self):
        """Gives the object back; closing it again is fine."""
        from ._library import check
        handle = self._handle
        if handle:
            check(type(self)._free(handle))
            self._handle = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        if getattr(self, "_handle", 0):
            type(self)._free(self._handle)
            self._handle = 0
