"""The stocks that there are: the shop's own first, then those of o2o, then the sheets of the trade."""

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import Any

from o2o.db import Database, writing
from o2o.errors import NotFoundError, SettingError
from o2o.printing.paper.stock import Stock, check_stock, parse_grid, parse_size
from o2o.resources import find_resource

_FILES = ("stocks.csv", "label_sheets.csv")
_JOINTS = str.maketrans("", "", " -_/.,()")
_NEAR = 0.5  # mm by which a cell may differ from the one that is searched for
_KEPT = ("page", "cell", "grid", "origin", "pitch", "dpi", "cut_marks")
_LISTED = 6


@dataclass(frozen=True, slots=True)
class StockSearch:
    """What stocks are searched for: a page (a name such as A4, or a size), a cell of about this size,
    words, the shop's own only.
    """

    page: str = ""
    cell: str = ""
    words: str = ""
    own: bool = field(default=False, kw_only=True)

    def fits(self, stock: Stock) -> bool:
        """Tell whether a stock is one of those."""
        text = " ".join((stock.name, stock.about, *stock.aliases)).lower()
        return (
            (not self.page or _is_near(stock.page, _page_size(self.page)))
            and (not self.cell or _is_near(stock.cell, parse_size(self.cell, "cell")))
            and all(word in text for word in self.words.lower().split())
        )


def find_stock(db: Database | None, name: str) -> Stock:
    """Return a stock by its name, or its maker's number, in either case; ``name@300`` for a printer of 300 dpi.

    Raises SettingError that says which are near when there is none.
    """
    plain, _, dpi = name.partition("@")
    if dpi and not (dpi.isdecimal() and 50 <= int(dpi) <= 4800):
        raise SettingError("stock", name, f"{dpi!r} are no dots per inch", "write it as roll-40x30@300")
    key = _key(plain)
    found = next((stock for stock in _own_stocks(db) if _key(stock.name) == key), None) or _find_shipped(name, key)
    return replace(found, dpi=int(dpi)) if dpi else found


def list_stocks(db: Database | None, search: StockSearch | None = None) -> Iterator[Stock]:
    """Yield the stocks that there are: the shop's own, those of o2o, and the sheets of the trade."""
    wanted = search or StockSearch()
    shipped = () if wanted.own else map(_make_stock, _rows())
    return filter(wanted.fits, (*_own_stocks(db), *shipped))


def shipped_stocks() -> Iterator[Stock]:
    """Yield the stocks of o2o's own, without the sheets of the trade."""
    return (_make_stock(row) for row in _rows() if "name" in row)


def add_stock(db: Database, stock: Stock) -> None:
    """Keep a stock of the shop's own, in place of one of this name; raises SettingError when it can't be right."""
    check_stock(stock)
    if not _key(stock.name) or "@" in stock.name:
        raise SettingError("stock", stock.name, "this is no name", "take letters and digits, without @")
    geometry = {key: value for key, value in asdict(stock).items() if key in _KEPT}
    with writing(db):
        _remove(db, stock.name)
        db.conn.execute("INSERT INTO stocks VALUES (?, ?, ?)", [stock.name, stock.about, json.dumps(geometry)])


def remove_stock(db: Database, name: str) -> None:
    """Forget a stock of the shop's own; raises NotFoundError."""
    with writing(db):
        if not _remove(db, name):
            raise NotFoundError("stock", name, "those that come with o2o stay; 'o2o stock list --own' shows yours")


def _remove(db: Database, name: str) -> bool:
    same = [stock.name for stock in _own_stocks(db) if _key(stock.name) == _key(name)]
    db.conn.executemany("DELETE FROM stocks WHERE stock = ?", [[one] for one in same])
    return bool(same)


def _own_stocks(db: Database | None) -> Iterator[Stock]:
    if db is None:
        return
    for name, about, geometry in db.conn.execute("SELECT stock, about, geometry FROM stocks ORDER BY stock"):
        kept: dict[str, Any] = json.loads(geometry)
        lengths = {key: tuple(value) for key, value in kept.items() if isinstance(value, list)}
        yield Stock(name, about, **{**kept, **lengths})


def _find_shipped(name: str, key: str) -> Stock:
    found = [row for row in _rows() if key in _keys(row)]
    own = [row for row in found if "name" in row]
    if len(own or found) == 1:
        return _make_stock((own or found)[0])
    if found:
        makers = ", ".join(_name(row) for row in found[:_LISTED])
        raise SettingError("stock", name, "several makers have this number", f"use one of {makers}")
    raise SettingError("stock", name, "there is no such stock", f"{_suggest(key)}'o2o stock list' shows all")


def _suggest(key: str) -> str:
    from difflib import get_close_matches

    names = {one: _name(row) for row in _rows() for one in _keys(row)}
    near = dict.fromkeys(names[one] for one in get_close_matches(key, names, _LISTED, 0.6))
    return f"did you mean {', '.join(near)}? " if near else ""


@cache
def _rows() -> tuple[dict[str, str], ...]:
    found: list[dict[str, str]] = []
    for name in _FILES:
        with find_resource("templates", name).open(encoding="utf-8", newline="") as file:
            found += csv.DictReader(line for line in file if not line.startswith("#"))
    return tuple(found)


def _name(row: dict[str, str]) -> str:
    return row.get("name") or "-".join(f"{row['brand']} {row['part']}".lower().split())


def _keys(row: dict[str, str]) -> Iterator[str]:
    """Yield the names of a stock as they are compared: with its maker and without."""
    if "name" in row:
        yield _key(row["name"])
        return
    for part in (row["part"], *row["aliases"].split()):
        yield _key(part)
        yield _key(row["brand"] + part)


def _key(name: str) -> str:
    return name.translate(_JOINTS).upper()


def _make_stock(row: dict[str, str]) -> Stock:
    return Stock(
        _name(row),
        row["about"] if "name" in row else f"{row['brand']} {row['part']}: {row['about']}",
        page=parse_size(row["page"]),
        cell=parse_size(row["cell"]),
        grid=parse_grid(row["grid"]),
        origin=parse_size(row["origin"]),
        pitch=parse_size(row["pitch"]),
        dpi=int(row["dpi"]) if row.get("dpi") else None,
        cut_marks=bool(row.get("cut_marks")),
        aliases=tuple(row.get("aliases", "").split()),
    )


def _is_near(size: tuple[float, float], wanted: tuple[float, float]) -> bool:
    return all(abs(one - other) <= _NEAR for one, other in zip(size, wanted, strict=True))


def _page_size(text: str) -> tuple[float, float]:
    named: dict[str, Any] = {row["name"].upper(): row for row in _rows() if "name" in row}
    return parse_size(named[text.upper()]["page"] if text.upper() in named else text, "page")
