"""The page about the catalogue says what the program does."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from o2o.catalog.kinds import COLUMNS, CatalogKind
from o2o.cli.catalog import catalog
from o2o.db import Database
from o2o.importers.column_names import NAMES
from o2o.reports.checks import CatalogRule

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "catalog.md").read_text(encoding="utf-8")


def test_the_tables_of_columns_are_those_of_the_importer() -> None:
    fill_in = runpy.run_path(str(DOCS / "make_catalog.py"))["fill_in"]
    assert fill_in(PAGE) == PAGE, "run python docs/make_catalog.py"


@pytest.mark.parametrize("kind", CatalogKind)
def test_each_column_stands_there_in_both_languages(kind: CatalogKind) -> None:
    part = PAGE.partition(f"<!-- columns of {kind} -->")[2].partition("<!-- end -->")[0]
    for column in COLUMNS[kind]:
        chinese = next(name for name in NAMES[kind][column].split() if not name.isascii())
        assert f"| `{column}` | {chinese} |" in part


@pytest.mark.parametrize("rule", CatalogRule)
def test_each_rule_of_the_check_is_told(rule: CatalogRule) -> None:
    assert f"`{rule}`" in PAGE


def test_each_command_and_option_that_is_named_exists() -> None:
    options = {option for command in catalog.commands.values() for p in command.params for option in p.opts}
    assert set(re.findall(r"(?<![\w-])--[a-z][\w-]+", PAGE)) <= options
    assert set(re.findall(r"o2o catalog (\w+)", PAGE)) <= set(catalog.commands)


def test_each_table_that_is_named_is_in_the_file(db) -> None:
    tables = set(db.table_names())
    named = PAGE.partition("## In the file")[2]
    assert {name for name in re.findall(r"`(\w+)`", named) if name in tables} >= {
        *map(str, CatalogKind), "barcodes", "assignments", "imports", "catalog_changes", "import_mappings",
    }  # fmt: skip


def test_the_example_in_python_runs(db: Database, db_path: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("products.csv").write_text("sku,name,Shelf price\n0042,egg,1.20\n")
    example = PAGE.partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec(example.replace('"o2o.db"', repr(str(db_path))), names)
    assert [result.new for result in names["results"]] == [1]
    assert '="0042"' in Path("chain/products.csv").read_text(encoding="utf-8-sig").replace('""', '"')
    assert names["undone"].run.id == names["results"][0].import_id
