"""Recognises a catalogue table by its header, English or Chinese, and finds each of its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from o2o.catalog.kinds import CatalogKind
from o2o.config import Language
from o2o.errors import InputFileError
from o2o.importers.columns import find_columns, only_places

_STORE_ID = "门店编号 门店编码 门店代码 门店号 店号 店铺编号 店铺编码 所属门店 所属门店编号 store storeno storecode"
_SKU = "商品编码 商品编号 商品代码 货号 款号 itemno itemcode productid productcode"
_AISLE = "通道 过道 巷道 走道"
_NAME = "名称"
_PRICE = "价格 售价 零售价 单价 销售价 标价 门店售价 门店价 unitprice saleprice"
_MEMBER_PRICE = "会员价 会员价格 会员售价 vipprice"

NAMES: dict[CatalogKind, dict[str, str]] = {
    CatalogKind.STORES: {
        "store_id": _STORE_ID,
        "name": f"门店名称 门店名 门店 店名 店铺名称 storename {_NAME}",
        "city": "城市 所在城市 市",
        "timezone": "时区 tz",
    },
    CatalogKind.CAMPAIGNS: {
        "campaign_id": "活动编号 活动编码 活动代码 活动号 campaign campaigncode",
        "name": f"活动名称 活动名 活动 活动主题 campaignname {_NAME}",
        "start": "开始 开始日期 开始时间 起始日期 活动开始 startdate",
        "end": "结束 结束日期 结束时间 截止日期 活动结束 enddate",
        "cost": "费用 成本 活动费用 活动成本",
        "goal": "目标类型 目标指标 考核指标",
        "target": "目标 目标值 活动目标",
    },
    CatalogKind.PRODUCTS: {
        "sku": _SKU,
        "name": f"品名 商品名称 商品名 商品 产品名称 productname itemname {_NAME}",
        "gtin": "条码 商品条码 条形码 国际条码 69码 barcode ean ean13 upc",
        "spec": "规格 商品规格 包装规格 规格型号 specification size",
        "unit": "单位 计量单位 销售单位 uom",
        "origin": "产地 原产地 产地信息 countryoforigin",
        "category": "类别 品类 分类 商品分类 商品类别 类目 department",
        "price": _PRICE,
        "member_price": _MEMBER_PRICE,
        "pack_quantity": "装箱数 箱规 包装数量 每箱数量 unitsperpack packsize",
        "cost_price": "进价 成本价 采购价 进货价 costprice purchaseprice",
        "net_content": "净含量 净重 netcontent netweight",
        "net_unit": "净含量单位 计价单位 netunit",
    },
    CatalogKind.PEOPLE: {
        "person_id": "员工号 工号 员工编号 员工编码 人员编号 employeeid employeeno staffid",
        "store_id": _STORE_ID,
        "name": f"姓名 员工姓名 员工 员工名称 employeename staffname fullname {_NAME}",
        "role": "岗位 职位 职务 角色 工种 position jobtitle",
        "from": "入职日期 到岗日期 生效日期 开始日期 startdate",
        "to": "离职日期 离岗日期 结束日期 enddate",
    },
    CatalogKind.PLACES: {
        "place_id": "点位编号 点位编码 点位代码 点位号 位置编号 场所编号 place spotid",
        "store_id": _STORE_ID,
        "name": f"位置 点位名称 点位名 点位 位置名称 位置描述 placename {_NAME}",
        "carrier": "物料 物料类型 物料名称 载体 展示物料 material",
        "zone": "区域 分区 所在区域 楼层区域 area",
        "walk_order": "动线 动线顺序 动线序号 顺序 walkorder",
        "from": "启用日期 开始日期 生效日期 startdate",
        "to": "停用日期 结束日期 enddate",
    },
    CatalogKind.AISLES: {
        "store_id": _STORE_ID,
        "aisle": _AISLE,
        "walk_order": "动线 动线顺序 动线序号 顺序 walkorder",
        "name": f"通道名称 aislename {_NAME}",
    },
    CatalogKind.ASSORTMENT: {
        "store_id": _STORE_ID,
        "sku": _SKU,
        "price": _PRICE,
        "member_price": _MEMBER_PRICE,
        "aisle": _AISLE,
        "bay": "货架 货架号 货架编号 组 架 rack",
        "shelf": "层 层号 层板 货架层 层数 level",
        "valid_from": "生效日期 生效时间 生效日 执行日期 开始日期 effectivedate startdate",
        "position": "位 位号 货位 排位 facing slot",
        "label": "陈列 陈列标签 陈列类型 displaylabel",
    },
    CatalogKind.PRICES: {
        "sku": _SKU,
        "store_id": _STORE_ID,
        "price": f"新价 新售价 调后价 执行价 {_PRICE}",
        "member_price": f"新会员价 {_MEMBER_PRICE}",
        "promo_price": "促销价 特价 活动价 promoprice",
        "from": "开始日期 生效日期 执行日期 起始日期 startdate effectivedate",
        "to": "结束日期 截止日期 失效日期 enddate",
    },
    CatalogKind.LOTS: {
        "sku": _SKU,
        "lot": "批次 批号 批次号 生产批号 batch lotno batchno",
        "produced": "生产日期 制造日期 productiondate",
        "expires": "到期日期 有效期至 保质期至 失效日期 expirydate bestbefore",
        "origin": "产地 原产地 countryoforigin",
        "certificate_url": "证书 证书链接 检验报告 检测报告 certificate certificatelink",
    },
}
"""The columns of each kind in their order, each with the other names that it is recognised by."""

NEEDED: dict[CatalogKind, tuple[str, ...]] = {
    CatalogKind.STORES: ("store_id", "name"),
    CatalogKind.CAMPAIGNS: ("campaign_id", "name"),
    CatalogKind.PRODUCTS: ("sku", "name"),
    CatalogKind.PEOPLE: ("person_id", "name"),
    CatalogKind.PLACES: ("place_id", "name", "carrier"),
    CatalogKind.AISLES: ("store_id", "aisle", "walk_order"),
    CatalogKind.ASSORTMENT: ("store_id", "sku"),
    CatalogKind.PRICES: ("sku", "from"),
    CatalogKind.LOTS: ("sku", "lot"),
}
"""The columns that a table of each kind can't do without; their cells must not be empty either."""

_IDS = frozenset(("store_id", "campaign_id", "sku", "person_id", "place_id"))


@dataclass(frozen=True, slots=True)
class Layout:
    """What a table is and where in its rows each column stands."""

    kind: CatalogKind
    columns: tuple[str, ...]
    positions: tuple[int, ...]
    extra: tuple[tuple[str, int], ...] = ()
    language: Language = Language.EN


def recognise_layout(
    path: Path | str,
    header: Sequence[str],
    kind: CatalogKind | None = None,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Layout:
    """Return what a header says the table is, or where the columns of a given kind stand.

    Raises InputFileError when a needed column is missing, stands there twice, or two kinds fit as well.
    """
    kind = kind or _recognise_kind(path, header, names)
    found = _find_columns(kind, header, names)
    missing = [name for name in NEEDED[kind] if name not in found]
    if missing:
        raise InputFileError(path, f"as {kind} it lacks the column {_describe(kind, missing)}", _ADVICE)
    places = only_places(path, header, found)
    columns = tuple(name for name in NAMES[kind] if name in found)
    positions = tuple(places[name] for name in columns)
    extra = tuple((cell, position) for position, cell in enumerate(header) if cell and position not in positions)
    chinese = any(not header[position].isascii() for position in positions)
    return Layout(kind, columns, positions, extra, Language.ZH if chinese else Language.EN)


def count_known(header: Sequence[str], kind: CatalogKind | None, names: Mapping[str, str]) -> tuple[bool, int]:
    """Return whether a header has all that a kind needs, and how many of its columns it names."""
    found = {one: _find_columns(one, header, names) for one in ([kind] if kind else NAMES)}
    return max((all(name in found[one] for name in NEEDED[one]), len(found[one])) for one in found)


def find_column(header: Sequence[str], kind: CatalogKind, name: str) -> int | None:
    """Return where a column stands in a header, by any of its names, or None."""
    places = _find_columns(kind, header, {}).get(name)
    return places[0] if places else None


_ADVICE = "add it, or name the kind of the table with --as"


def _recognise_kind(path: Path | str, header: Sequence[str], names: Mapping[str, str]) -> CatalogKind:
    found = {kind: _find_columns(kind, header, names) for kind in NAMES}
    fitting = [kind for kind in NAMES if all(name in found[kind] for name in NEEDED[kind])]
    if not fitting:
        raise _unrecognised(path, found)
    # a table of people with their stores has the columns of stores too: a row is about all of its ids
    likely = [kind for kind in fitting if not any(_outdoes(found[other], found[kind]) for other in fitting)]
    likely.sort(key=lambda kind: len(found[kind]), reverse=True)
    if len(likely) > 1:
        raise InputFileError(path, f"it may be {' or '.join(likely)}", f"say which with --as {likely[0]}")
    return likely[0]


def _outdoes(one: dict[str, list[int]], other: dict[str, list[int]]) -> bool:
    return _IDS & one.keys() > _IDS & other.keys() and len(one) >= len(other)


def _unrecognised(path: Path | str, found: dict[CatalogKind, dict[str, list[int]]]) -> InputFileError:
    nearest = max(found, key=lambda kind: len(found[kind]))
    if not found[nearest]:
        kinds = ", ".join(NAMES)
        return InputFileError(path, "its first line names no column of ours", f"its kind must be one of {kinds}")
    missing = [name for name in NEEDED[nearest] if name not in found[nearest]]
    return InputFileError(path, f"nearest to {nearest}, but without the column {_describe(nearest, missing)}", _ADVICE)


def _describe(kind: CatalogKind, columns: Sequence[str]) -> str:
    return ", ".join(f"{name} ({NAMES[kind][name].split()[0]})" for name in columns)


def _find_columns(kind: CatalogKind, header: Sequence[str], names: Mapping[str, str]) -> dict[str, list[int]]:
    return find_columns(header, {name: aliases.split() for name, aliases in NAMES[kind].items()}, names)
