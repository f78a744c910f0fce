"""Mini-program codes (小程序码) of touchpoints: fetched from WeChat or brought as pictures, and kept."""

import io
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from o2o.codes.wechat import MiniProgramCode
from o2o.db import Database, writing
from o2o.errors import O2OError, SettingError
from o2o.touchpoints import Touchpoint

BROUGHT = ""
"""The look of a picture that was not fetched but brought."""

_LEAST_SIDE, _LARGEST_SIDE = 200, 4000
_SQUARE = 0.02
_KEPT_AT_ONCE = 50


class Fetcher(Protocol):
    """Draws mini-program codes, as WeChat's client does."""

    def fetch(self, code: MiniProgramCode) -> bytes:
        """Return the picture of a code."""


@dataclass(frozen=True, slots=True)
class FetchResult:
    """How many codes were fetched, and how many were there already; ``failure`` stopped the rest."""

    fetched: int
    kept: int
    failure: O2OError | None = None


def fetch_codes(
    db: Database, fetcher: Fetcher, touchpoints: Sequence[Touchpoint], wanted: MiniProgramCode, now: int
) -> FetchResult:
    """Fetch and keep a code for each touchpoint that has none in this look; its scene is the touchpoint's code.

    What was fetched before a failure is kept, so that the next call goes on from there.
    """
    looks = {touchpoint.id: replace(wanted, scene=touchpoint.code) for touchpoint in touchpoints}
    there = set(db.conn.execute("SELECT touchpoint_id, look FROM mini_program_codes"))
    missing = {number: code for number, code in looks.items() if (number, code.key) not in there}
    fetched: list[tuple[int, str, str, bytes, int]] = []
    count, failure = 0, None
    try:
        for number, code in missing.items():
            fetched.append((number, code.key, code.page, _fetch(fetcher, code), now))
            count += 1
            if len(fetched) == _KEPT_AT_ONCE:
                _keep(db, fetched)
                fetched = []
    except O2OError as error:
        failure = error
    finally:
        _keep(db, fetched)
    return FetchResult(count, len(looks) - len(missing), failure)


def _fetch(fetcher: Fetcher, code: MiniProgramCode) -> bytes:
    picture = fetcher.fetch(code)
    try:
        check_picture(picture)
    except ValueError as error:
        raise SettingError("mini-program code", code.scene, f"what came back is {error}", "fetch it again") from None
    return picture


def keep_pictures(db: Database, pictures: Iterable[tuple[int, bytes]], now: int) -> None:
    """Keep pictures that were brought, each for a touchpoint, in place of those brought before; a few at a time."""
    rest = iter(pictures)
    while some := list(islice(rest, _KEPT_AT_ONCE)):
        _keep(db, [(number, BROUGHT, "", picture, now) for number, picture in some])


def find_picture(db: Database, touchpoint_id: int) -> bytes | None:
    """Return the picture of a touchpoint that was kept last, or None."""
    query = "SELECT picture FROM mini_program_codes WHERE touchpoint_id = ? ORDER BY kept_at DESC, look LIMIT 1"
    row = db.conn.execute(query, [touchpoint_id]).fetchone()
    return row[0] if row else None


def check_picture(data: bytes) -> None:
    """Raise ValueError for bytes that are no square picture large enough to print."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            width, height = image.size
            if max(width, height) <= _LARGEST_SIDE:
                image.load()
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError):
        raise ValueError("not a picture") from None
    if max(width, height) > _LARGEST_SIDE:
        raise ValueError(f"too large ({width} x {height} pixels)")
    if abs(width - height) > _SQUARE * width:
        raise ValueError(f"not square ({width} x {height} pixels)")
    if width < _LEAST_SIDE:
        raise ValueError(f"too small to print ({width} x {height} pixels)")


def _keep(db: Database, rows: Sequence[tuple[int, str, str, bytes, int]]) -> None:
    with writing(db):
        db.conn.executemany(
            "INSERT OR REPLACE INTO mini_program_codes (touchpoint_id, look, page, picture, kept_at) "
            "VALUES (?, ?, ?, ?, ?)",
            rows,
        )
