"""The rows below a header: which of them are no rows of the table, and what is to be said about its columns."""

import re
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from o2o.catalog.kinds import KEYS
from o2o.errors import InputFileError
from o2o.importers.cells import RowBatch
from o2o.importers.columns import fold_name
from o2o.importers.headers import NEEDED, Layout, names_of

_TOTALS = ("合计", "总计", "小计", "共计", "累计", "总合计", "Total", "Totals", "Subtotal", "Grand total", "Sum",
           "Suma", "Razem", "Ogółem", "Łącznie", "Summe", "Gesamt")  # fmt: skip
TOTAL_CELLS = frozenset(
    cell + end for word in _TOTALS for cell in (word, word.upper(), word.lower()) for end in ("", ":", "：")
)
"""What stands where an id should in a row of totals."""

_FOOTER = re.compile(
    rf"(?:本页|页)?(?:{'|'.join(_TOTALS)})\s*[:：]?[\s\d.,¥￥种个项条]*$"
    r"|(?:制表|制单|填表|打印|审核|导出|复核|经办)(?:人|员|时间|日期)?\s*(?:[:：\s]|$)"
    r"|第\s*\d+\s*页|page \d+|strona \d+",
    re.IGNORECASE,
)
_NAMED_LINES = 10
_DIGITS = "0123456789"


class Body:
    """The rows of a table in batches, each as wide as the header; what there is to say is in ``remarks`` at the end."""

    def __init__(self, where: str, header: Sequence[str], layout: Layout, remarks: list[str]) -> None:
        self._where = where
        self._header = header
        self._layout = layout
        self._remarks = remarks
        self._needed = [layout.positions[layout.columns.index(name)] for name in NEEDED[layout.kind]]
        self._columns = [
            (position, names_of(layout.kind, name) | {header[position]})
            for name, position in zip(layout.columns, layout.positions, strict=True)
        ]
        self._keys = [
            (position, TOTAL_CELLS | names)
            for name, (position, names) in zip(layout.columns, self._columns, strict=True)
            if name in KEYS[layout.kind]
        ]
        self._unnamed = [position for position, cell in enumerate(header) if not cell]
        self._left_out: list[int] = []

    def read(self, batches: Iterable[RowBatch]) -> Iterator[RowBatch]:
        """Yield the rows of the table; two columns that mean the same and differ raise InputFileError."""
        is_empty = True
        for batch in batches:
            rows = self._leave_out(self._pad(batch))
            self._check_twins(rows)
            self._look_for_unnamed(rows)
            if rows.rows:
                is_empty = False
                yield rows
        if is_empty:
            self._remark("表头下面没有数据", "no rows stand below its header")
        if self._left_out:
            lines = _enumerate(self._left_out)
            english = f"line(s) {lines} left out: no rows of the table but totals, notes or headers"
            self._remark(f"第 {lines} 行未导入：是合计、备注或重复的表头，不是数据", english)
        for first, second in self._layout.twins:
            one, other = self._header[first], self._header[second]
            english = f"{one!r} and {other!r} mean the same and are alike in every row; the first is taken"
            self._remark(f"“{one}”和“{other}”含义相同，各行一致，取第一列", english)

    def _remark(self, chinese: str, english: str) -> None:
        self._remarks.append(f"{self._where}: {self._layout.language.of((chinese, english))}")

    def _pad(self, batch: RowBatch) -> RowBatch:
        width = len(self._header)
        if min(map(len, batch.rows), default=width) >= width:
            return batch
        return RowBatch(batch.lines, [[*row, *[""] * (width - len(row))] for row in batch.rows])

    def _leave_out(self, batch: RowBatch) -> RowBatch:
        suspects = any("" in map(itemgetter(position), batch.rows) for position in self._needed)
        suspects = suspects or any(
            not words.isdisjoint(map(itemgetter(position), batch.rows)) for position, words in self._keys
        )
        if not suspects:
            return batch
        out = {number for number, row in enumerate(batch.rows) if self._is_no_row(row)}
        self._left_out += (batch.lines[number] for number in sorted(out))
        kept = [number for number in range(len(batch.rows)) if number not in out]
        return RowBatch([batch.lines[number] for number in kept], [batch.rows[number] for number in kept])

    def _is_no_row(self, row: Sequence[str]) -> bool:
        needed = [row[position] for position in self._needed]
        if any(row[position] in words for position, words in self._keys):
            return self._is_total(row) or self._repeats_header(row)
        return not any(needed) or ("" in needed and any(map(_FOOTER.match, row)))

    def _is_total(self, row: Sequence[str]) -> bool:
        words = {row[position] for position, _ in self._keys} & TOTAL_CELLS
        if any(not word.isascii() for word in words):
            return True
        # a product may be called Total, but not where the other cells are empty, or counts
        return bool(words) and all(map(_is_of_total, (row[position] for position in self._needed)))

    def _repeats_header(self, row: Sequence[str]) -> bool:
        return all(row[position] in names or fold_name(row[position]) in names for position, names in self._columns)

    def _check_twins(self, batch: RowBatch) -> None:
        for first, second in self._layout.twins:
            for line, row in zip(batch.lines, batch.rows, strict=True):
                if row[first] != row[second]:
                    one, other = self._header[first], self._header[second]
                    column = self._layout.columns[self._layout.positions.index(first)]
                    reason = (
                        f"{one!r} and {other!r} both mean {column}, and differ here: {row[first]!r}, {row[second]!r}"
                    )
                    advice = f"say which it is with --map {one}={column} or --map {other}={column}"
                    if one == other:
                        advice = "rename one of them in the file"
                    raise InputFileError(self._where, reason, advice, line)

    def _look_for_unnamed(self, batch: RowBatch) -> None:
        for position in list(self._unnamed):
            line = next((line for line, row in zip(batch.lines, batch.rows, strict=True) if row[position]), None)
            if line is not None:
                self._unnamed.remove(position)
                english = f"column {position + 1} has no name but something in line {line}; it is left out"
                self._remark(f"第 {position + 1} 列没有列名，但第 {line} 行有内容；该列未导入", english)


def _is_of_total(cell: str) -> bool:
    return not cell or cell[0] in _DIGITS or cell in TOTAL_CELLS


def _enumerate(lines: Sequence[int]) -> str:
    named = ", ".join(map(str, lines[:_NAMED_LINES]))
    return named + (f" … (+{len(lines) - _NAMED_LINES})" if len(lines) > _NAMED_LINES else "")
