"""What a terminal shows: a QR that a phone can read from it."""

import pytest
import zxingcpp
from PIL import Image

from o2o.cli.terminal import draw_symbol, shows_blocks
from o2o.codes.smallest import make_symbol
from o2o.codes.symbol import QUIET_ZONE

TEXT = "http://192.168.1.20:8000/k7m2x9pq"
HALVES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def photograph(lines: list[str], *, blocks: bool) -> Image.Image:
    if blocks:
        rows = [[HALVES[cell][half] for cell in line] for line in lines for half in (0, 1)]
    else:
        rows = [[line[at] == "#" for at in range(0, len(line), 2)] for line in lines]
    picture = Image.new("L", (len(rows[0]), len(rows)))
    picture.putdata([0 if dark else 255 for row in rows for dark in row])
    return picture.resize((picture.width * 4, picture.height * 4), Image.Resampling.NEAREST)


@pytest.mark.parametrize("blocks", [True, False])
def test_a_qr_in_the_terminal_reads_back(blocks: bool) -> None:
    lines = draw_symbol(make_symbol(TEXT).rows, QUIET_ZONE, blocks=blocks)
    assert zxingcpp.read_barcodes(photograph(lines, blocks=blocks))[0].text == TEXT
    assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize(("encoding", "has"), [("utf-8", True), ("cp936", False), ("ascii", False), (None, False)])
def test_blocks_are_drawn_only_where_the_terminal_has_them(encoding: str | None, has: bool) -> None:
    assert shows_blocks(encoding) is has
