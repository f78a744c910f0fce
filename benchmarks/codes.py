"""QR symbols of touchpoint URLs, beside the library ``qrcode`` alone and segno."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from benchmarks.measure import Contest
from o2o.codes.short import make_code
from o2o.codes.symbol import make_symbols

SIZE = 200


def make_urls(count: int) -> list[str]:
    """Return URLs as ``o2o touchpoint mint`` would print them."""
    random = Random(1)
    return [f"https://S.EXAMPLE.COM/{make_code(random.choice)}" for _ in range(count)]


@contextmanager
def contest(folder: Path, size: int) -> Iterator[Contest]:  # noqa: ARG001
    """Make the symbols of the same texts at level M, each with its own best mask."""
    urls = make_urls(size)
    peers = {"qrcode alone": lambda: _with_qrcode(urls), "segno": lambda: _with_segno(urls)}
    yield Contest("QR symbols", "codes/s", lambda: len(make_symbols(urls)), peers)


def _with_qrcode(urls: list[str]) -> int:
    import qrcode

    for url in urls:
        symbol = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M)
        symbol.add_data(url)
        symbol.make()
    return len(urls)


def _with_segno(urls: list[str]) -> int:
    import segno

    for url in urls:
        segno.make_qr(url, error="m", boost_error=False)
    return len(urls)
