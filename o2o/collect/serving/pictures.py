"""Pictures of the catalogue as browsers get them: from the folder of the shop's file, and from nowhere else."""

from pathlib import Path

from o2o.collect.serving.pages import PICTURE_TYPES
from o2o.collect.serving.protocol import Answer

_LARGEST = 8 * 1024 * 1024
_CACHE = b"cache-control: public, max-age=3600\r\n"


def show_picture(folder: Path, name: str, known: str) -> Answer | None:
    """Return a picture, or that the browser has it already, by the tag that it ``known``; None when there is none."""
    path = (folder / name).resolve()
    kind = PICTURE_TYPES.get(path.suffix.lower())
    if kind is None or not path.is_relative_to(folder.resolve()) or not path.is_file():
        return None
    found = path.stat()
    if found.st_size > _LARGEST:
        return None
    tag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
    headers = ((b"content-type", kind.encode()), (b"etag", tag.encode()))
    if tag in known:
        return Answer("picture", 304, b"", headers, _CACHE)
    return Answer("picture", 200, path.read_bytes(), headers, _CACHE)
