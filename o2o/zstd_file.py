"""A file packed by Zstandard, read as if it were not; unlike the library's own reader it tells a cut file."""

import io
from typing import Any, BinaryIO

from o2o.errors import MissingPackageError

MAGIC = b"\x28\xb5\x2f\xfd"
_CHUNK = 1 << 17


class ZstdFile(io.RawIOBase):
    """The unpacked bytes of a file; going back begins anew."""

    def __init__(self, file: BinaryIO) -> None:
        try:
            from zstandard import ZstdDecompressor
        except ImportError:
            raise MissingPackageError("a file packed by Zstandard", "zstandard", "zst") from None
        self._file = file
        self._new_frame = ZstdDecompressor().decompressobj
        self._ready = b""
        self._position = 0
        self._rewind()

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be read from another place."""
        return True

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer; raises EOFError when the file is cut or damaged."""
        view = memoryview(buffer)
        while not self._ready and self._unpack():
            pass
        part = self._ready[: len(view)]
        self._ready = self._ready[len(part) :]
        view[: len(part)] = part
        self._position += len(part)
        return len(part)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place counted from the beginning."""
        if whence != io.SEEK_SET:
            raise io.UnsupportedOperation("only from the beginning")
        if offset < self._position:
            self._rewind()
        while self._position < offset and self.read(min(_CHUNK, offset - self._position)):
            pass
        return self._position

    def _rewind(self) -> None:
        self._file.seek(0)
        self._frame = self._new_frame()
        self._begun = False
        self._ready = b""
        self._position = 0

    def _unpack(self) -> bool:
        """Unpack the next piece; tell whether there was one."""
        from zstandard import ZstdError

        packed = self._frame.unused_data if self._frame.eof else b""
        packed = packed or self._file.read(_CHUNK)
        if not packed:
            if self._begun and not self._frame.eof:
                raise EOFError("the packed file is cut")
            return False
        if self._frame.eof:
            self._frame = self._new_frame()
        self._begun = True
        try:
            self._ready = self._frame.decompress(packed)
        except ZstdError as error:
            raise EOFError(str(error)) from None
        return True
