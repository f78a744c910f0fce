"""``o2o code``."""

from pathlib import Path
from typing import Any

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import choice_of, database_option, item_options, opened
from o2o.codes.degradations import TROUBLES
from o2o.codes.symbol import LEVELS
from o2o.config import check_reachable, load_settings
from o2o.links import item_url
from o2o.printing.drawing.colours import parse_colour
from o2o.printing.drawing.look import BLACK, WHITE, Look, Shape
from o2o.printing.picture.code import PictureOrder, write_picture
from o2o.printing.picture.formats import FORMATS
from o2o.times import now
from o2o.touchpoints import find_live_touchpoint


def _check_suffix(_ctx: click.Context, _parameter: click.Parameter, out: Path) -> Path:
    if out.suffix.lower() not in FORMATS:
        raise click.BadParameter(f"{out.name!r}: end the name in one of {', '.join(FORMATS)}")
    return out


def _to_colour(_ctx: click.Context, _parameter: click.Parameter, text: str) -> str:
    try:
        return parse_colour(text).hex
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


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
@click.option("--level", type=click.Choice(list(LEVELS)), default="M", show_default=True,
              help="Least error correction; more where the code stays as large.")  # fmt: skip
@click.option("--shape", type=choice_of(Shape), default=Shape.SQUARE.value, show_default=True,
              help="What each module is drawn as.")  # fmt: skip
@click.option("--colour", default=BLACK, show_default=True, callback=_to_colour, help="Of the code.")
@click.option("--ground", default=WHITE, show_default=True, callback=_to_colour, help="Colour behind the code.")
@click.option(
    "--logo", type=click.Path(path_type=Path, dir_okay=False), help="A PNG or JPEG in the middle; level H then."
)
@click.option("--call", default="", help="A frame with these words, such as 扫码领券.")
@item_options("")
@click.option("--sample", is_flag=True, help="Write 样张 SAMPLE below the code.")
def image(db_path: Path, code: str, out: Path, lot: str, serial: str, sample: bool, **wanted: Any) -> None:
    """Draw the QR of CODE, in either case, and read it back.

    With a look of its own it is also read under 18 simulated troubles, from blur to a missing corner, and refused when
    too many of them lose it.

    \b
    Example:
      o2o code image K7M2X9PQ --out k7m2x9pq.svg --size 40
      o2o code image K7M2X9PQ --out k7m2x9pq.png --shape rounded --colour '#7a1020' --logo logo.png --call 扫码领券
    """
    with opened(db_path) as db:
        settings = load_settings(db)
        code = find_live_touchpoint(db, code, now()).code
        url = item_url(db, settings, code, lot=lot, serial=serial)
    check_reachable(settings, sample=sample)
    picture = write_picture(out, _make_order(url, sample=sample, **wanted))
    size, dpi = wanted["size"], wanted["dpi"]
    nearest = "" if picture.side == size else f" (nearest to {size:g} in whole pixels at {dpi} dpi)"
    trials = f", in {picture.score} of {len(TROUBLES)} trials" if picture.score is not None else ""
    click.echo(
        f"{out}: {url}, {picture.side:.2f} mm wide{nearest}, {picture.module:.3f} mm a module; it reads back{trials}"
    )


def _make_order(
    url: str,
    *,
    sample: bool,
    size: float,
    dpi: int,
    level: str,
    shape: str,
    colour: str,
    ground: str,
    logo: Path | None,
    call: str,
) -> PictureOrder:
    return PictureOrder(url, size, dpi, level, Look(Shape(shape), colour, ground, logo, call), sample=sample)
