"""Writes the tables of columns in docs/catalog.md from the names that the importer knows them by."""

import re
from pathlib import Path

from o2o.catalog.exports import column_type
from o2o.catalog.kinds import COLUMNS, CatalogKind
from o2o.importers.column_names import NAMES
from o2o.importers.headers import NEEDED

PAGE = Path(__file__).parent / "catalog.md"
_PART = re.compile(r"(<!-- columns of (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def describe_columns(kind: CatalogKind) -> str:
    """Return the columns of a kind as a table: what it is called in English and Chinese, needed or not, its type."""
    lines = ["| column | 中文列名 | also recognised | needed 必填 | type |", "|---|---|---|---|---|"]
    for column in COLUMNS[kind]:
        names = NAMES[kind][column].split()
        chinese = [name for name in names if not name.isascii()]
        english = [name for name in names if name.isascii()]
        needed = "yes 是" if column in NEEDED[kind] else ""
        others = " ".join([*chinese[1:], *english])
        lines.append(f"| `{column}` | {chinese[0]} | {others} | {needed} | {column_type(column, kind)} |")
    return "\n".join(lines)


def fill_in(page: str) -> str:
    """Return the page with its tables of columns as they are to be."""
    return _PART.sub(lambda part: f"{part[1]}{describe_columns(CatalogKind(part[2]))}\n{part[3]}", page)


if __name__ == "__main__":
    PAGE.write_text(fill_in(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
