"""``o2o code``."""

from pathlib import Path

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import database_option, opened
from o2o.codes.symbol import LEVELS
from o2o.config import check_reachable, load_settings
from o2o.printing.picture import FORMATS, PictureOrder, write_picture
from o2o.touchpoints import find_live_touchpoint, touchpoint_url


def _check_suffix(_ctx: click.Context, _parameter: click.Parameter, out: Path) -> Path:
    if out.suffix.lower() not in FORMATS:
        raise click.BadParameter(f"{out.name!r}: end the name in one of {', '.join(FORMATS)}")
    return out


@click.group(cls=NounGroup)
def code() -> None:
    """Draw the QR of a code as PNG, SVG or PDF.

    \b
    Example:
      o2o code image K7M2X9PQ --out k7m2x9pq.png
    """


@code.command()
@database_option
@click.argument("code")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, callback=_check_suffix,
              help="The picture: a name in .png, .svg or .pdf.")  # fmt: skip
@click.option("--size", type=click.FloatRange(1, 5000), default=30, show_default=True,
              help="Side in mm, with the quiet zone of four modules.")  # fmt: skip
@click.option("--dpi", type=click.IntRange(36, 4800), default=300, show_default=True,
              help="Pixels per inch of a PNG; each module gets whole pixels.")  # fmt: skip
@click.option("--level", type=click.Choice(list(LEVELS)), default="M", show_default=True, help="Error correction.")
@click.option("--sample", is_flag=True, help="Write 样张 SAMPLE below the code.")
def image(db_path: Path, code: str, out: Path, size: float, dpi: int, level: str, sample: bool) -> None:
    """Draw the QR of CODE, in either case, and read it back.

    \b
    Example:
      o2o code image K7M2X9PQ --out k7m2x9pq.svg --size 40
    """
    with opened(db_path) as db:
        settings = load_settings(db)
        url = touchpoint_url(settings, find_live_touchpoint(db, code).code)
    check_reachable(settings, sample=sample)
    picture = write_picture(out, PictureOrder(url, size, dpi, level, sample=sample))
    nearest = "" if picture.side == size else f" (nearest to {size:g} in whole pixels at {dpi} dpi)"
    click.echo(f"{out}: {url}, {picture.side:.2f} mm wide{nearest}, {picture.module:.3f} mm a module; it reads back")
