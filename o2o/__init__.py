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
    "Address": "printing.sending",
    "Again": "printing.manifest",
    "AttributionReport": "attribution.report",
    "BarcodeForm": "codes.barcode_forms",
    "By": "printing.parts",
    "CatalogKind": "catalog.kinds",
    "Choice": "printing.records",
    "FileFormat": "catalog.export_files",
    "ImportTerms": "importers.catalog",
    "Level": "attribution.question",
    "Look": "printing.look",
    "Mark": "printing.paper",
    "MintRequest": "touchpoints",
    "Model": "attribution.question",
    "O2OError": "errors",
    "Order": "printing.imposition",
    "Outcome": "attribution.question",
    "PaperTerms": "printing.paper",
    "PictureOrder": "printing.picture",
    "Plan": "printing.imposition",
    "PrintJob": "printing.print_jobs",
    "PrintOrder": "printing.jobs",
    "Printer": "printing.printers",
    "ProofTerms": "printing.proof",
    "Question": "attribution.question",
    "Reading": "importers.tables",
    "Selection": "catalog.exports",
    "Settings": "config",
    "Shape": "printing.look",
    "Stock": "printing.stock",
    "StockSearch": "printing.stocks",
    "Touchpoint": "touchpoints",
    "add_stock": "printing.stocks",
    "attribute": "attribution.report",
    "backup_shop": "shop",
    "catalog_history": "catalog.history",
    "check_catalog": "reports.checks",
    "check_fonts": "printing.font_check",
    "check_market": "printing.market",
    "check_store": "printing.market",
    "check_template": "printing.lints",
    "code128_modules": "codes.barcode",
    "create_shop": "shop",
    "describe_prices": "catalog.prices",
    "diff_catalogs": "importers.catalog",
    "drain_segments": "collect.drain",
    "ean13_modules": "codes.barcode",
    "ean8_modules": "codes.barcode",
    "export_catalog": "catalog.export_files",
    "export_table": "catalog.exports",
    "find_changes": "printing.changes",
    "find_job": "printing.print_jobs",
    "find_lacking_texts": "printing.font_check",
    "find_mapping": "importers.mappings",
    "find_printer": "printing.printers",
    "find_stock": "printing.stocks",
    "find_template": "printing.template_file",
    "find_touchpoint": "touchpoints",
    "identify_barcode": "codes.barcode_forms",
    "import_catalogs": "importers.catalog",
    "import_orders": "importers.orders",
    "import_scans": "importers.scans",
    "keep_take_down": "printing.changes",
    "list_fonts": "printing.font_check",
    "list_imports": "catalog.imports",
    "list_jobs": "printing.print_jobs",
    "list_lots": "catalog.lots",
    "list_mappings": "importers.mappings",
    "list_prices": "catalog.prices",
    "list_printers": "printing.printers",
    "list_stocks": "printing.stocks",
    "list_templates": "printing.template_file",
    "list_touchpoints": "touchpoints",
    "load_settings": "config",
    "lowest_price": "catalog.prices",
    "lowest_prices": "catalog.prices",
    "make_attribution_page": "reports.html",
    "make_picture": "printing.picture",
    "make_proof_data": "printing.proof_page",
    "make_proof_page": "printing.proof_page",
    "mint_touchpoints": "touchpoints",
    "move_touchpoint": "touchpoints",
    "open_database": "db",
    "order_again": "printing.print_jobs",
    "preview_template": "printing.preview",
    "price_in_force": "catalog.prices",
    "prices_in_force": "catalog.prices",
    "print_parts": "printing.parts",
    "print_selection": "printing.jobs",
    "prove_matrices": "printing.matrix_proof",
    "prove_pdf": "printing.proof",
    "prove_prints": "printing.proof",
    "remove_job": "printing.print_jobs",
    "remove_printer": "printing.printers",
    "remove_stock": "printing.stocks",
    "report_touchpoints": "reports.touchpoints",
    "retire_touchpoint": "touchpoints",
    "run_server": "collect.server",
    "save_mapping": "importers.mappings",
    "save_printer": "printing.printers",
    "select_again": "printing.print_jobs",
    "select_as_now": "printing.print_jobs",
    "select_badges": "printing.records",
    "select_signage": "printing.records",
    "select_tags": "printing.records",
    "send_file": "printing.sending",
    "set_destination": "destinations",
    "split_selection": "printing.parts",
    "start_template": "printing.starters",
    "touchpoint_url": "touchpoints",
    "touchpoint_urls": "links",
    "undo_import": "importers.undo",
    "upc_a_modules": "codes.barcode",
    "write_calibration": "printing.calibration",
    "write_picture": "printing.picture",
    "write_sketch": "printing.sketch",
    "write_take_down": "printing.changes",
}

__all__ = sorted(_MODULES)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'o2o' has no attribute {name!r}")
    return getattr(import_module(f"o2o.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
