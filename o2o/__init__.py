"""o2o measures a physical shop: a trackable code for every person, product and place in it.

The names of the Python API, in the order of the alphabet; each is loaded from its module when it is first used::

    from pathlib import Path
    import o2o

    db = o2o.open_database(Path("shop.db"))
    report = o2o.attribute(db, o2o.load_settings(db), o2o.Question(o2o.Outcome.ORDERS))
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_MODULES = {
    "Address": "printing.thermal.sending",
    "Again": "printing.jobs.manifest",
    "AttributionReport": "attribution.report",
    "BarcodeForm": "codes.barcode_forms",
    "By": "printing.jobs.parts",
    "CatalogKind": "catalog.kinds",
    "Choice": "printing.selection.choice",
    "FileFormat": "catalog.export_files",
    "ImportTerms": "importers.catalog",
    "Level": "attribution.question",
    "Look": "printing.drawing.look",
    "Mark": "printing.paper.pages",
    "MintRequest": "touchpoints",
    "Model": "attribution.question",
    "O2OError": "errors",
    "Order": "printing.paper.imposition",
    "Outcome": "attribution.question",
    "PaperTerms": "printing.paper.pages",
    "PictureOrder": "printing.picture.code",
    "Plan": "printing.paper.imposition",
    "PrintJob": "printing.jobs.history",
    "PrintOrder": "printing.jobs.order",
    "Printer": "printing.paper.printers",
    "ProofTerms": "printing.proof.report",
    "Question": "attribution.question",
    "Reading": "importers.tables",
    "Selection": "catalog.exports",
    "Settings": "config",
    "Shape": "printing.drawing.look",
    "Stock": "printing.paper.stock",
    "StockSearch": "printing.paper.stocks",
    "Touchpoint": "touchpoints",
    "add_stock": "printing.paper.stocks",
    "attribute": "attribution.report",
    "backup_shop": "shop",
    "catalog_history": "catalog.history",
    "check_catalog": "reports.checks",
    "check_fonts": "printing.selection.font_check",
    "check_market": "printing.selection.market",
    "check_store": "printing.selection.market",
    "check_template": "printing.layout.lints",
    "code128_modules": "codes.barcode",
    "create_shop": "shop",
    "describe_prices": "catalog.prices",
    "diff_catalogs": "importers.catalog",
    "drain_segments": "collect.drain",
    "ean13_modules": "codes.barcode",
    "ean8_modules": "codes.barcode",
    "export_catalog": "catalog.export_files",
    "export_table": "catalog.exports",
    "find_changes": "printing.jobs.changes",
    "find_job": "printing.jobs.history",
    "find_lacking_texts": "printing.selection.font_check",
    "find_mapping": "importers.mappings",
    "find_printer": "printing.paper.printers",
    "find_stock": "printing.paper.stocks",
    "find_template": "printing.template.file",
    "find_touchpoint": "touchpoints",
    "identify_barcode": "codes.barcode_forms",
    "import_catalogs": "importers.catalog",
    "import_orders": "importers.orders",
    "import_scans": "importers.scans.imports",
    "keep_take_down": "printing.jobs.take_down",
    "list_fonts": "printing.selection.font_check",
    "list_imports": "catalog.imports",
    "list_jobs": "printing.jobs.history",
    "list_lots": "catalog.lots",
    "list_mappings": "importers.mappings",
    "list_prices": "catalog.prices",
    "list_printers": "printing.paper.printers",
    "list_stocks": "printing.paper.stocks",
    "list_templates": "printing.template.file",
    "list_touchpoints": "touchpoints",
    "load_settings": "config",
    "lowest_price": "catalog.prices",
    "lowest_prices": "catalog.prices",
    "make_attribution_page": "reports.html",
    "make_picture": "printing.picture.code",
    "make_proof_data": "printing.proof.data",
    "make_proof_page": "printing.proof.page",
    "mint_touchpoints": "touchpoints",
    "move_touchpoint": "touchpoints",
    "open_database": "db",
    "order_again": "printing.jobs.history",
    "preview_template": "printing.jobs.preview",
    "price_in_force": "catalog.prices",
    "prices_in_force": "catalog.prices",
    "print_parts": "printing.jobs.parts",
    "print_selection": "printing.jobs.printing",
    "prove_matrices": "printing.proof.matrices",
    "prove_pdf": "printing.proof.comparison",
    "prove_prints": "printing.proof.comparison",
    "remove_job": "printing.jobs.history",
    "remove_printer": "printing.paper.printers",
    "remove_stock": "printing.paper.stocks",
    "report_touchpoints": "reports.touchpoints",
    "retire_touchpoint": "touchpoints",
    "run_server": "collect.server",
    "save_mapping": "importers.mappings",
    "save_printer": "printing.paper.printers",
    "select_again": "printing.jobs.history",
    "select_as_now": "printing.jobs.history",
    "select_badges": "printing.selection.selections",
    "select_signage": "printing.selection.selections",
    "select_tags": "printing.selection.selections",
    "send_file": "printing.thermal.sending",
    "set_destination": "destinations",
    "split_selection": "printing.jobs.parts",
    "start_template": "printing.template.starters",
    "touchpoint_url": "touchpoints",
    "touchpoint_urls": "links",
    "undo_import": "importers.undo",
    "upc_a_modules": "codes.barcode",
    "write_calibration": "printing.paper.calibration",
    "write_picture": "printing.picture.code",
    "write_sketch": "printing.paper.sketch",
    "write_take_down": "printing.jobs.take_down",
}

__all__ = sorted(_MODULES)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'o2o' has no attribute {name!r}")
    return getattr(import_module(f"o2o.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
