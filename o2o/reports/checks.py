"""What is unsound in the catalogue, though each of its rows could be taken: what to look at before a print."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from sqlite3 import Row

from o2o.catalog.kinds import CatalogKind
from o2o.catalog.records import known_ids
from o2o.config import Language, Settings
from o2o.db import Database, load_query, rows
from o2o.errors import NotFoundError, SettingError
from o2o.printing.layout.texts import fits_box
from o2o.printing.template.boxes import TextBox
from o2o.printing.template.file import find_template
from o2o.printing.template.own_fonts import OwnFonts
from o2o.problems import Message, say


class CatalogRule(StrEnum):
    """What can be unsound, the worst first."""

    LOST_TOUCHPOINT = "lost_touchpoint"
    RETIRED_STORE = "retired_store"
    RETIRED_PRODUCT = "retired_product"
    NO_PRICE = "no_price"
    ZERO_PRICE = "zero_price"
    MEMBER_ABOVE_PRICE = "member_above_price"
    MISSING_CHARACTER = "missing_character"
    LONG_NAME = "long_name"
    SAME_BARCODE = "same_barcode"
    SAME_NAME = "same_name"
    NO_BARCODE = "no_barcode"
    ODD_BARCODE = "odd_barcode"
    NO_STORE = "no_store"
    NO_DATES = "no_dates"
    NO_COST = "no_cost"


_MESSAGES = {
    CatalogRule.LOST_TOUCHPOINT: Message(
        ("{fact} 已不在，但其码仍有效", "its {fact} or store is gone, but its code still lives"),
        ("停用该码，或重新导入", "retire it with 'o2o touchpoint retire', or import that again"),
    ),
    CatalogRule.RETIRED_STORE: Message(
        ("所属门店 {fact} 已停用", "belongs to a store that is retired ({fact})"),
        ("改到其他门店或停用；仍营业则重新导入门店", "move or retire it; if the store is open, import that again"),
    ),
    CatalogRule.RETIRED_PRODUCT: Message(
        ("商品已停用，但仍有 {fact} 处在售", "is retired, but {fact} assortment row(s) still carry it"),
        ("从门店商品表中去掉，或重新导入该商品", "take it out of the assortment, or import the product again"),
    ),
    CatalogRule.NO_PRICE: Message(
        ("没有生效的价格（在售门店 {fact} 家）", "has no price in force (carried by {fact} store(s))"),
        ("在商品表、门店商品表或变价单中填写售价", "give a price in the products, the assortment or a price list"),
    ),
    CatalogRule.ZERO_PRICE: Message(
        ("价格为 0，会照此打印", "has a price of 0 that would be printed"),
        ("没有价格时请留空", "leave the cell empty where there is no price"),
    ),
    CatalogRule.MEMBER_ABOVE_PRICE: Message(
        ("会员价高于售价", "has a member price above its price"),
        ("检查两列是否填反", "check whether the two were swapped"),
    ),
    CatalogRule.MISSING_CHARACTER: Message(
        ("名称中的 {fact} 没有可用字体", "its name has characters that no font has: {fact}"),
        ("改用其他写法，否则无法打印", "write it in another way, else it isn't printed"),
    ),
    CatalogRule.LONG_NAME: Message(
        ("名称有 {fact} 个字，模板放不下", "its name of {fact} characters doesn't fit its template"),
        ("缩短名称、把规格移到规格列，或换大模板", "shorten it, move the size into spec, or use a larger template"),
    ),
    CatalogRule.SAME_BARCODE: Message(
        ("同一条码用于多个商品：{fact}", "its barcode is on several products: {fact}"),
        ("只保留一个正确的", "leave it on the right one"),
    ),
    CatalogRule.SAME_NAME: Message(
        ("名称和规格相同的商品：{fact}", "several products have its name and size: {fact}"),
        ("合并，或在规格中写明区别", "merge them, or say in spec how they differ"),
    ),
    CatalogRule.NO_BARCODE: Message(
        ("没有条码", "has no barcode"),
        ("填写条码；散装商品可忽略", "give its barcode; pass over loose goods"),
    ),
    CatalogRule.ODD_BARCODE: Message(
        ("条码 {fact} 不是通用条码", "its barcode {fact} is no number of GS1"),
        ("与包装核对；店内码不会打印为 EAN", "compare it with the pack; it is never printed as EAN"),
    ),
    CatalogRule.NO_STORE: Message(
        ("没有所属门店", "belongs to no store"),
        ("填写门店编号", "give the store_id"),
    ),
    CatalogRule.NO_DATES: Message(
        ("没有开始或结束日期", "has no start or no end"),
        ("填写日期，效果才能按活动期间统计", "give both dates, so that its effect can be told"),
    ),
    CatalogRule.NO_COST: Message(
        ("没有费用", "has no cost"),
        ("填写费用（没有则填 0），才能计算投入产出", "give its cost (0 if none), so that its return can be told"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CatalogFinding:
    """One thing that is unsound: by which rule, of what, why, and what to do."""

    rule: CatalogRule
    kind: str
    id: str
    name: str
    reason: str
    advice: str


def check_catalog(db: Database, settings: Settings, now: int, store_id: str | None = None) -> list[CatalogFinding]:
    """Return what is unsound in the catalogue at an instant, or of one store: the worst first."""
    if store_id is not None and store_id not in known_ids(db, CatalogKind.STORES):
        raise NotFoundError("store", store_id, "see 'o2o catalog export stores'")
    asked = {"now": now, "store_id": store_id}
    found = [tuple(row) for row in rows(db, load_query("reports/checks.findings"), **asked)]
    names = list(rows(db, load_query("reports/checks.names"), **asked))
    found += _check_names(names, OwnFonts.of(db, settings))
    order = {rule: number for number, rule in enumerate(CatalogRule)}
    found.sort(key=lambda row: (order[row[0]], row[1], row[2]))
    return [_make_finding(Language(settings.language), *row) for row in found]


def _check_names(named: list[Row], fonts: OwnFonts) -> Iterator[tuple[str, ...]]:
    lacking = frozenset(fonts.missing("".join({character for row in named for character in row["name"]})))
    for kind, key, name, carrier in named:
        if lacking and (missing := [character for character in dict.fromkeys(name) if character in lacking]):
            yield CatalogRule.MISSING_CHARACTER, kind, key, name, " ".join(missing)
        if not all(fits_box(box, name) for box in _boxes(carrier, fonts)):
            yield CatalogRule.LONG_NAME, kind, key, name, str(len(name))


@lru_cache(128)
def _boxes(carrier: str, fonts: OwnFonts) -> list[TextBox]:
    """Return where the template of a carrier shows nothing but a name."""
    try:
        template = fonts.dress(find_template(carrier.replace("_", "-")))
    except SettingError:
        return []
    return [box for box in template.boxes if isinstance(box, TextBox) and box.field == ("name",)]


def _make_finding(language: Language, rule: str, kind: str, key: str, name: str, fact: str) -> CatalogFinding:
    message = _MESSAGES[CatalogRule(rule)]
    reason = say(message.reason, {"fact": fact}, language)
    return CatalogFinding(CatalogRule(rule), kind, key, name, reason, say(message.advice, {}, language))


def count_findings(findings: Sequence[CatalogFinding]) -> dict[CatalogRule, int]:
    """Return how many findings there are of each rule that has some, the worst first."""
    counts = Counter(finding.rule for finding in findings)
    return {rule: counts[rule] for rule in CatalogRule if rule in counts}
