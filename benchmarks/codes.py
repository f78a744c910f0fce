"""QR symbols of URLs that differ in their last twelve characters, beside ``qrcode``, segno, zxing-cpp and zint.

The others make as many as they can in about the same time; rates are compared.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from random import Random

from benchmarks.measure import Contest
from o2o.codes import symbols

SIZE = 100_000
_MASK = 2
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_LEVELS = {"L": 1, "M": 0, "Q": 3, "H": 2}


def make_urls(count: int) -> list[str]:
    """Return URLs of 37 characters, of which the last 12 differ."""
    random = Random(1)
    return ["https://s.example.com/p/x" + "".join(random.choices(_ALPHABET, k=12)) for _ in range(count)]


@contextmanager
def contest(folder: Path, size: int) -> Iterator[tuple[Contest, ...]]:  # noqa: ARG001
    """Make symbols at levels M and H, with one mask for all and each with its own best mask."""
    urls = make_urls(size)
    yield tuple(_make_contest(urls, level, mask) for level in "MH" for mask in (_MASK, None))


def _make_contest(urls: list[str], level: str, mask: int | None) -> Contest:
    def peer(make: Callable[[str, str, int | None], object], share: int, mask: int | None = mask) -> Callable[[], int]:
        return lambda: _count(make(url, level, mask) for url in islice(urls, max(10, len(urls) // share)))

    peers = {"qrcode, best mask": peer(_make_with_qrcode, 1000, None)}
    if mask is not None:
        peers["qrcode"] = peer(_make_with_qrcode, 250)
    peers |= {
        "segno": peer(_make_with_segno, 1000),
        "zxing-cpp": peer(_make_with_zxing, 50),
        "zint": peer(_make_with_zint, 50),
    }
    chosen = "best mask" if mask is None else f"mask {mask}"
    name = f"QR symbols, level {level}, {chosen}"
    wanted = "best" if mask is None else mask
    return Contest(name, "codes/s", lambda: len(symbols(urls, level=level, mask=wanted)), peers)


def _count(made: Iterable[object]) -> int:
    return sum(1 for _ in made)


def _make_with_qrcode(url: str, level: str, mask: int | None) -> object:
    import qrcode

    symbol = qrcode.QRCode(error_correction=_LEVELS[level], mask_pattern=mask)
    symbol.add_data(url)
    symbol.make()
    return symbol


def _make_with_segno(url: str, level: str, mask: int | None) -> object:
    import segno

    return segno.make_qr(url, error=level, boost_error=False, mask=mask)


def _make_with_zxing(url: str, level: str, mask: int | None) -> object:
    import zxingcpp

    options = {} if mask is None else {"data_mask": mask}
    return zxingcpp.create_barcode(url, zxingcpp.BarcodeFormat.QRCode, ec_level=level, **options)


def _make_with_zint(url: str, level: str, mask: int | None) -> object:
    import zint

    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.QRCODE
    symbol.option_1 = 1 + "LMQH".index(level)
    if mask is not None:
        symbol.option_3 = (mask + 1) << 8
    symbol.encode(url)
    return symbol
