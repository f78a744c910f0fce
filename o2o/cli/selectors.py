"""Options that choose what is printed: by product, barcode, place, person, category, or a file of these."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self, TypeVar

import click

from o2o.importers.id_lists import BARCODE, read_copies, read_named
from o2o.subjects import KIND_TABLES, Kind

_F = TypeVar("_F", bound=Callable[..., Any])
_ID_COLUMNS = {kind: column for kind, (_, column) in KIND_TABLES.items()}
_FIELDS = {"sku": "skus", BARCODE: "barcodes", "place_id": "place_ids", "person_id": "person_ids"}
_OPTIONS = {
    "skus": "--sku",
    "barcodes": "--barcode",
    "place_ids": "--place",
    "person_ids": "--person",
    "categories": "--category",
}
_COMMANDS = {"place_ids": "o2o print signage", "person_ids": "o2o print badges"}


def selector_options(function: _F) -> _F:
    """Add the options that choose what is printed."""
    for option in reversed((
        _several("--sku", "skus", "SKU", "Only this product"),
        _several("--barcode", "barcodes", "BARCODE", "Only the product with this barcode, in any form"),
        _several("--place", "place_ids", "ID", "Only this place"),
        _several("--person", "person_ids", "ID", "Only this person"),
        _several("--category", "categories", "CATEGORY", "Only products of this category, or below it"),
        click.option("--from", "list_path", type=click.Path(path_type=Path), metavar="FILE",
                     help="Only those of this CSV, XLSX or text, by sku, barcode, place_id …; copies: how often each."),
    )):  # fmt: skip
        function = option(function)
    return function


def _several(option: str, name: str, metavar: str, text: str) -> Callable[[_F], _F]:
    return click.option(option, name, metavar=metavar, multiple=True, help=f"{text}; may be given several times.")


@dataclass(frozen=True, slots=True)
class Selectors:
    """What the options choose."""

    skus: tuple[str, ...] = ()
    barcodes: tuple[str, ...] = ()
    place_ids: tuple[str, ...] = ()
    person_ids: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    copies: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def take(cls, options: dict[str, Any], what: str, *kinds: Kind) -> Self:
        """Take the options out of those of a command that prints ``what`` of these kinds.

        Raises UsageError for an option that makes no sense for them. A file is read as the first kind that it lists.
        """
        list_path = options.pop("list_path")
        chosen = cls(**{name: options.pop(name) for name in _OPTIONS})
        chosen._check(what, kinds)
        return chosen._with_list(list_path, kinds) if list_path else chosen

    @property
    def names_products(self) -> bool:
        """Tell whether products are chosen."""
        return bool(self.skus or self.barcodes or self.categories)

    def __bool__(self) -> bool:
        return self.names_products or bool(self.place_ids or self.person_ids)

    def _check(self, what: str, kinds: tuple[Kind, ...]) -> None:
        allowed = _allowed(kinds)
        for name, option in _OPTIONS.items():
            if getattr(self, name) and name not in allowed:
                use = ", ".join(_OPTIONS[one] for one in allowed)
                other = f"; for these run '{_COMMANDS.get(name, 'o2o print tags')}'"
                raise click.UsageError(f"{option} makes no sense for {what}: choose by {use} or --from{other}")

    def _with_list(self, path: Path, kinds: tuple[Kind, ...]) -> Self:
        columns = [column for kind in kinds for column in _columns(kind)]
        column, ids = read_named(path, columns)
        name = _FIELDS[column]
        named = {name: tuple(dict.fromkeys((*getattr(self, name), *ids)))}
        return replace(self, copies=read_copies(path, column), **named)


def _columns(kind: Kind) -> tuple[str, ...]:
    return ("sku", BARCODE) if kind is Kind.PRODUCT else (_ID_COLUMNS[kind],)


def _allowed(kinds: tuple[Kind, ...]) -> list[str]:
    names = [_FIELDS[column] for kind in kinds for column in _columns(kind)]
    return names + ["categories"] * (Kind.PRODUCT in kinds)
