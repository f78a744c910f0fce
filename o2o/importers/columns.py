"""Finds the columns of a table by any of the names that people give them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from o2o.config import Language
from o2o.errors import InputFileError

_HAN = re.compile("[\u3400-\u9fff]")
_NOISE = re.compile(r"\(.*?\)|[\W_]")
_LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХасеԁһіјкорѕтухΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυχ"
    "編號碼條規單價類別產會員門職務區點貨櫃層陳標簽籤動線順開結費證書鏈檢驗報測時間淨質"
    "進購裝數銷場離崗過執啟圖備註聯總計稅實額庫倉級國際稱名廠樓現狀態參幣項訂負責關鍵細",
    "ABESIJKMHOPCTYXacedhijkopstyxABEZHIKMNOPTYXaiknopyx"
    "编号码条规单价类别产会员门职务区点货柜层陈标签签动线顺开结费证书链检验报测时间净质"
    "进购装数销场离岗过执启图备注联总计税实额库仓级国际称名厂楼现状态参币项订负责关键细",
)
"""Cyrillic and Greek letters that look like Latin ones, and traditional characters."""


def language_of(cells: Iterable[str]) -> Language:
    """Return the language of a table whose columns are called so: Chinese, or English for all others."""
    return Language.ZH if _HAN.search("".join(cells)) else Language.EN


@lru_cache(4096)
def fold_name(cell: str) -> str:
    """Return the name of a column without what people write differently: case, width, blanks, units, look-alikes."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", cell).translate(_LOOK_ALIKES).casefold())


def is_near(one: str, other: str) -> bool:
    """Tell whether two folded names differ by one character: another, one more, or two that changed places."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(other))
    one, other = one[start:], other[start:]
    return one[1:] in (other, other[1:]) or one == other[1:] or (one[:2] == other[1::-1] and one[2:] == other[2:])


def find_columns(header: Sequence[str], names: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
    """Return where the columns of ``names`` (column -> its other names) stand in a header, some perhaps twice."""
    return locate_columns(header, fold_names(names))


def fold_names(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return which column each folded name means."""
    return {fold_name(alias): column for column, aliases in names.items() for alias in (column, *aliases)}


def locate_columns(
    header: Sequence[str], meanings: Mapping[str, str], given: Mapping[str, str] = MappingProxyType({})
) -> dict[str, list[int]]:
    """Return where columns stand in a header by what each folded name means.

    ``given`` says what some cells of the header mean (cell -> column; empty: nothing), whatever else they might.
    """
    columns = {"", *meanings.values()}
    names = set(map(fold_name, header))  # what was said of cells that it hasn't, as of another file, doesn't matter
    said = {name: column for cell, column in given.items() if column in columns and (name := fold_name(cell)) in names}
    found: dict[str, list[int]] = {}
    for position, cell in enumerate(header):
        name = fold_name(cell)
        column = said.get(name, meanings.get(name))
        if column and (name in said or column not in said.values()):
            found.setdefault(column, []).append(position)
    return found


def only_places(path: Path, header: Sequence[str], found: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """Return the one place of each column; raises InputFileError for a column that stands there twice."""
    for column, places in found.items():
        if len(places) > 1:
            cells = " and ".join(repr(header[place]) for place in places)
            raise InputFileError(path, f"{cells} both mean {column}", "rename or remove one of them")
    return {column: places[0] for column, places in found.items()}
