"""The report on products by places: the cells that stand out, and the table as heat."""

from collections.abc import Iterator, Mapping

from o2o.analytics.matrix import Counted, Matrix, MatrixTerms, make_matrix
from o2o.attribution.question import Level
from o2o.config import Language, Settings
from o2o.db import Database
from o2o.reports.heat import HeatRow, Shading, draw_heat
from o2o.reports.markup import Markup
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit

QUESTIONS: dict[Counted, Phrase] = {
    Counted.SCANS: ("哪些商品在哪些位置被扫？", "Which products are scanned with which places?"),
    Counted.ORDERS: ("扫了哪些位置之后，买哪些商品？", "Which products are ordered after scans of which places?"),
}
_FALSE_SHARE = 0.05
_DRAWN = ("商品 × 位置热力图（按行占比）", "Products by places, each row by its own total")
_DRAWN_ROWS, _DRAWN_COLUMNS, _TOLD = 20, 12, 3


_COUNTED: dict[Level, tuple[str, str, str]] = {
    Level.TOUCHPOINT: ("个触点", "touchpoint", "touchpoints"),
    Level.PERSON: ("位员工", "person", "people"),
    Level.PRODUCT: ("种商品", "product", "products"),
    Level.PLACE: ("个位置", "place", "places"),
    Level.CARRIER: ("种物料", "carrier", "carriers"),
    Level.ZONE: ("个区域", "zone", "zones"),
    Level.DEPARTMENT: ("个部门", "department", "departments"),
    Level.STORE: ("家门店", "store", "stores"),
    Level.CITY: ("个城市", "city", "cities"),
    Level.CAMPAIGN: ("个活动", "campaign", "campaigns"),
}
MOST = 30
"""So many cells are told to people unless they ask for more or fewer."""


def analyse_matrix(db: Database, settings: Settings, terms: MatrixTerms, most: int = MOST) -> Analysis:
    """Return products by places as a report: which cells are above or below what rows and columns make of them.

    People are told the ``most`` striking cells, programs all.
    """
    found = make_matrix(db, settings, terms)
    language = Language(settings.language)
    question = QUESTIONS[terms.of]
    drawings = ((_DRAWN, _draw(found, language.of(question), language)),) if found.cells else ()
    return Analysis(
        "matrix", question, (_list_cells(found, most),), tuple(_say(found, terms)), tuple(_warn(found)), (), drawings
    )


def _list_cells(found: Matrix, most: int) -> Sheet:
    columns = (
        Column("product", ("商品编号", "product")),
        Column("name", ("商品", "name")),
        Column("place", ("位置编号", "place")),
        Column("place_name", ("位置", "place name")),
        Column("count", ("次数", "together"), Unit.COUNT),
        Column("expected", ("随机预期", "expected"), Unit.NUMBER),
        Column("off", ("偏离（标准误）", "standard errors off"), Unit.NUMBER, is_change=True),
        Column("chance", ("误报率", "false alarms"), Unit.SHARE),
    )
    rows = [
        (cell.row, found.row_names.get(cell.row, cell.row), cell.column,
         found.column_names.get(cell.column, cell.column), cell.count, cell.expected, cell.off, cell.chance)
        for cell in found.cells
    ]  # fmt: skip
    return Sheet("cells", _title(len(rows), most), columns, rows, 4, "off", most)


def _title(whole: int, most: int) -> Phrase:
    if whole <= most:
        return "组合，最突出的在前", "Cells, the most striking first"
    return f"{whole:,} 个组合中最突出的 {most:,} 个", f"Of {whole:,} cells the {most:,} most striking"


def _draw(found: Matrix, label: str, language: Language) -> Markup:
    rows, columns = _largest(found.rows, _DRAWN_ROWS), _largest(found.columns, _DRAWN_COLUMNS)
    cells = {(cell.row, cell.column): cell for cell in found.cells}
    heat = []
    for row in rows:
        line = [cells.get((row, column)) for column in columns]
        name = found.row_names.get(row, row)
        said = [
            f"{name} · {found.column_names.get(column, column)}: {cell.count if cell else 0:,}"
            for column, cell in zip(columns, line, strict=True)
        ]
        heat.append(HeatRow(name, [cell.count / found.rows[row] if cell else 0.0 for cell in line], said))
    return draw_heat(
        heat, [found.column_names.get(column, column) for column in columns], label, Shading.SHARE, language
    )


def _largest(totals: Mapping[str, int], count: int) -> list[str]:
    return sorted(totals, key=lambda key: (-totals[key], key))[:count]


def _count(totals: Mapping[str, int], level: Level) -> Phrase:
    """Return how many there are of a level."""
    chinese, one, more = _COUNTED[level]
    return f"{len(totals):,} {chinese}", f"{len(totals):,} {one if len(totals) == 1 else more}"


def _say(found: Matrix, terms: MatrixTerms) -> Iterator[Phrase]:
    if not found.cells:
        yield (
            "这段时间里还没有可以配在一起的商品和位置。",
            "Nothing to put together yet: no visit or order of the period has both.",
        )
        return
    striking = [cell for cell in found.cells if cell.chance is not None and cell.chance <= _FALSE_SHARE]
    judged = sum(cell.chance is not None for cell in found.cells)
    rows, columns = _count(found.rows, terms.row), _count(found.columns, terms.by)
    yield (
        f"{rows[0]}、{columns[0]}；{judged:,} 个组合数据足够判断，"
        f"{len(striking):,} 个明显偏离预期（误报不超过 {_FALSE_SHARE:.0%}）。",
        f"{rows[1]} and {columns[1]}; of {judged:,} cells with enough to judge "
        f"{len(striking):,} stand out (at most {_FALSE_SHARE:.0%} of them false alarms).",
    )
    for cell in striking[:_TOLD]:
        product, place = found.row_names.get(cell.row, cell.row), found.column_names.get(cell.column, cell.column)
        side = ("多", "more") if cell.off > 0 else ("少", "less")
        yield (
            f"“{product}”与“{place}”一起出现 {cell.count:,} 次，{side[0]}于随机预期的 {cell.expected:,.1f} 次。",
            f"{product} with {place}: {cell.count:,} times, {side[1]} than the {cell.expected:,.1f} to be expected.",
        )


def _warn(found: Matrix) -> Iterator[Phrase]:
    if found.cells and all(cell.chance is None for cell in found.cells):
        yield (
            "没有一个组合的数据足够判断；可按部门看，或取更长的时间。",
            "not enough data: no cell has enough to judge; look by department, or take a longer period",
        )
