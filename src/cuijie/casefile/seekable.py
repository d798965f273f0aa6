"""A raw stream that keeps its own position: what the readers of vault files and of parts have in common."""

from __future__ import annotations

import io
from typing import BinaryIO

__all__ = ["SeekableReader"]


class SeekableReader(io.RawIOBase):
    """Plain bytes worked out from those of another stream, *below*, which is closed with it.

    Who derives from it says how many bytes there are (``size_bytes``) and fills a buffer from ``_position`` on.
    """

    size_bytes: int
    """The length of the plain bytes."""

    def __init__(self, below: BinaryIO) -> None:
        super().__init__()
        self._below, self._position = below, 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Moves to *offset* as files do; raises ValueError before the start."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size_bytes}[whence]
        if base + offset < 0:
            raise ValueError("negative seek position")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        """The present position in the plain bytes."""
        return self._position

    def close(self) -> None:
        """Closes the stream below as well."""
        if not self.closed:
            self._below.close()
        super().close()
