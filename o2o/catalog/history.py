"""What each import said of one subject, and what holds of it when."""

from dataclasses import dataclass

from o2o.catalog.images import Difference, ImageReader
from o2o.catalog.imports import Import, list_imports
from o2o.catalog.kinds import CatalogKind
from o2o.catalog.versions import trace_rows
from o2o.db import Database, rows
from o2o.errors import NotFoundError, SettingError

_PARTS: dict[CatalogKind, tuple[tuple[str, str], ...]] = {
    CatalogKind.STORES: (("aisles", "store_id = :key"),),
    CatalogKind.CAMPAIGNS: (("costs", "kind = 'campaign' AND key = :key"),),
    CatalogKind.PRODUCTS: (
        ("barcodes", "sku = :key"),
        ("prices", "sku = :key"),
        ("assortment", "sku = :key"),
        ("lots", "sku = :key"),
    ),
    CatalogKind.PEOPLE: (("assignments", "kind = 'person' AND subject_id = :key"), ("shifts", "person_id = :key")),
    CatalogKind.PLACES: (("assignments", "kind = 'place' AND subject_id = :key"),),
}
"""The other tables that hold rows of a subject."""

_SINGULAR = {CatalogKind.PEOPLE: "person"}


@dataclass(frozen=True, slots=True)
class Step:
    """What one import did to a column; ``run`` is None for what was there before imports were logged."""

    run: Import | None
    difference: Difference


@dataclass(frozen=True, slots=True)
class Holding:
    """A row of another table about the subject as it is now, and the import that wrote it."""

    run: Import | None
    kind: str
    key: str
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class SubjectHistory:
    """A subject, what imports said of it, the first first, and what holds of it when."""

    kind: CatalogKind
    key: str
    name: str
    steps: tuple[Step, ...]
    holdings: tuple[Holding, ...]


def catalog_history(db: Database, key: str, kind: CatalogKind = CatalogKind.PRODUCTS) -> SubjectHistory:
    """Return what each import said of a product, person, place, store or campaign, and its dated rows.

    Raises NotFoundError for an id that no import that still stands has brought.
    """
    if kind not in _PARTS:
        raise SettingError("kind", kind, "its rows have no history of their own", f"name one of {', '.join(_PARTS)}")
    reader = ImageReader(db)
    changes = trace_rows(db, kind, (key,))
    if not changes:
        raise NotFoundError(_SINGULAR.get(kind, kind.removesuffix("s")), key, f"see 'o2o catalog export {kind}'")
    runs: dict[int | None, Import] = {run.id: run for run in list_imports(db)}
    name = reader.row(changes[-1]).name
    steps = tuple(Step(runs.get(change.import_id), one) for change in changes for one in reader.columns(change))
    holdings = tuple(
        Holding(runs.get(image["import_id"]), table, reader.key(table, image), reader.cells(table, image))
        for table, where in _PARTS[kind]
        for image in map(dict, rows(db, f"SELECT * FROM {table} WHERE {where} ORDER BY 1, 2, 3, 4", key=key))
    )
    return SubjectHistory(kind, key, name, steps, holdings)
