"""A PDF as a file: objects are written as they come, and what must stay in memory is a few bytes a page."""

import zlib
from array import array
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import blake2b
from typing import BinaryIO

_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_KIDS = 64  # of a node of the tree of pages, so that viewers find any page in a few steps


class PdfFile:
    """A file under way: number objects, write them in any order, at last write where each begins."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = 0
        self._places = array("Q", [0])
        self._hash = blake2b(digest_size=16)
        self._deflate = find_deflate()
        self._tree: list[_Node] = []
        self._write(_HEAD)

    def reserve(self) -> int:
        """Return the number of an object that will be written later."""
        self._places.append(0)
        return len(self._places) - 1

    def add(self, body: str, number: int = 0) -> int:
        """Write an object, under a number that was reserved or a new one, which is returned."""
        return self._add(body.encode("ascii"), number)

    def add_stream(self, data: bytes, entries: str = "", number: int = 0, *, packed: bool = False) -> int:
        """Write a stream with more entries of its dictionary; deflated unless it is ``packed`` already."""
        if not packed:
            data, entries = self._deflate(data), f"{entries}/Filter/FlateDecode"
        head = f"<<{entries}/Length {len(data)}>>stream\n".encode("ascii")
        return self._add(b"%b%b\nendstream" % (head, data), number)

    def add_page(self, entries: str, content: bytes) -> None:
        """Write a page with what is drawn on it."""
        stream = self.add_stream(content)
        if not self._tree:
            self._tree.append(_Node(self.reserve()))
        page = self.add(f"<</Type/Page/Parent {self._tree[0].number} 0 R{entries}/Contents {stream} 0 R>>")
        self._add_kid(0, page, 1)

    def finish(self, catalog: str, info: Mapping[str, str]) -> None:
        """Write the rest: the tree of pages, the catalogue with more entries, what the file is about, all places."""
        root = self._close_tree()
        catalog_number = self.add(f"<</Type/Catalog/Pages {root} 0 R{catalog}>>")
        info_number = self.add(f"<<{''.join(f'/{key} {make_text(value)}' for key, value in info.items())}>>")
        start, identity = self._size, self._hash.hexdigest()
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % len(self._places))
        for first in range(1, len(self._places), 4096):
            places = self._places[first : first + 4096]
            self._write("".join(f"{place:010} 00000 {'n' if place else 'f'} \n" for place in places).encode("ascii"))
        trailer = f"/Root {catalog_number} 0 R/Info {info_number} 0 R/ID[<{identity}><{identity}>]"
        end = f"trailer\n<</Size {len(self._places)}{trailer}>>\nstartxref\n{start}\n%%EOF\n"
        self._write(end.encode("ascii"))

    def _add(self, body: bytes, number: int) -> int:
        number = number or self.reserve()
        self._places[number] = self._size
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
        return number

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)
        self._size += len(data)

    def _add_kid(self, level: int, kid: int, pages: int) -> None:
        node = self._tree[level]
        node.kids.append(kid)
        node.pages += pages
        if len(node.kids) == _KIDS:
            self._close_node(level)

    def _close_node(self, level: int) -> None:
        """Write a node that is full, hang it below the next, and begin another one."""
        if level + 1 == len(self._tree):
            self._tree.append(_Node(self.reserve()))
        node, parent = self._tree[level], self._tree[level + 1]
        self.add(node.body(f"/Parent {parent.number} 0 R"), node.number)
        self._tree[level] = _Node(self.reserve())
        self._add_kid(level + 1, node.number, node.pages)

    def _close_tree(self) -> int:
        """Write the nodes that are left and return the number of the highest."""
        if not self._tree:
            self._tree.append(_Node(self.reserve()))
        level = 0
        while level + 1 < len(self._tree):
            if self._tree[level].kids:
                self._close_node(level)
            level += 1
        top = self._tree[-1]
        return self.add(top.body(""), top.number)


class _Node:
    """A node of the tree of pages: its number, the numbers of its kids, how many pages lie below it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.kids: list[int] = []
        self.pages = 0

    def body(self, parent: str) -> str:
        """Return the object."""
        kids = " ".join(f"{kid} 0 R" for kid in self.kids)
        return f"<</Type/Pages{parent}/Count {self.pages}/Kids[{kids}]>>"


def find_deflate() -> Callable[[bytes], bytes]:
    """Return what deflates: Intel's library where it is installed, eight times as fast as zlib."""
    # levels by measurement: a higher one of either library takes more time than it saves bytes
    try:
        from isal import isal_zlib
    except ImportError:
        return partial(zlib.compress, level=5)
    return partial(isal_zlib.compress, level=2)


def make_text(text: str) -> str:
    """Return a text of the document's data, such as its title, as PDF writes it."""
    return f"<feff{text.encode('utf-16-be').hex()}>"


def make_name(text: str) -> str:
    """Return a name as PDF writes it."""
    letters = (chr(byte) if chr(byte).isalnum() and byte < 128 else f"#{byte:02X}" for byte in text.encode())
    return f"/{''.join(letters)}"
