"""Printers and by how much each is off, as measured on its calibration page."""

from collections.abc import Iterator
from dataclasses import dataclass

from o2o.db import Database, writing
from o2o.errors import NotFoundError, SettingError

_FAR = 20.0  # mm
_LEAST, _MOST = 0.9, 1.1


@dataclass(frozen=True, slots=True)
class Printer:
    """A printer: how far to the right and down it prints in mm, how many times too long, its dots, its address."""

    name: str
    offset: tuple[float, float] = (0.0, 0.0)
    scale: tuple[float, float] = (1.0, 1.0)
    dpi: int | None = None
    address: str = ""

    def aim(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point must lie in the file, so that it is printed at x, y."""
        return (x - self.offset[0]) / self.scale[0], (y - self.offset[1]) / self.scale[1]


def save_printer(db: Database, printer: Printer) -> None:
    """Keep a printer, in place of one of this name; raises SettingError for measures that no printer has."""
    if not printer.name.strip():
        raise SettingError("printer", printer.name, "this is no name", "take a word such as front-desk")
    if any(abs(length) > _FAR for length in printer.offset):
        raise SettingError(
            "offset", _join(printer.offset), f"no printer is more than {_FAR:g} mm off", "measure in mm, as 0.8,-0.5"
        )
    if not all(_LEAST <= factor <= _MOST for factor in printer.scale):
        raise SettingError(
            "scale", _join(printer.scale), "the page was printed larger or smaller on purpose",
            "print it at 100 %, measure the square, and write 1.002 for 100.2 mm",
        )  # fmt: skip
    with writing(db):
        db.conn.execute(
            "INSERT OR REPLACE INTO printers VALUES (?, ?, ?, ?, ?, ?, ?)",
            [printer.name, printer.dpi, *printer.offset, *printer.scale, printer.address],
        )


def find_printer(db: Database, name: str) -> Printer:
    """Return a printer by its name in either case; raises NotFoundError that lists those there are."""
    for printer in list_printers(db):
        if printer.name.casefold() == name.casefold():
            return printer
    names = ", ".join(printer.name for printer in list_printers(db))
    raise NotFoundError("printer", name, f"use one of {names}" if names else "add it: o2o printer add NAME")


def list_printers(db: Database) -> Iterator[Printer]:
    """Yield the printers in the order of their names."""
    for name, dpi, *offset_and_scale, address in db.conn.execute("SELECT * FROM printers ORDER BY printer"):
        x, y, scale_x, scale_y = offset_and_scale
        yield Printer(name, (x, y), (scale_x, scale_y), dpi, address)


def remove_printer(db: Database, name: str) -> None:
    """Forget a printer; raises NotFoundError."""
    found = find_printer(db, name)
    with writing(db):
        db.conn.execute("DELETE FROM printers WHERE printer = ?", [found.name])


def _join(lengths: tuple[float, float]) -> str:
    return ",".join(f"{length:g}" for length in lengths)
