"""The columns of the catalogue's tables and what people and their systems call them.

In Chinese and English; the commonest in Polish, German and French.
"""

from o2o.catalog.kinds import CatalogKind

_STORE_ID = (
    "门店编号 门店编码 门店代码 门店号 店号 店铺编号 店铺编码 所属门店 所属门店编号 分店编号 分店号 分店编码 "
    "机构编码 机构编号 组织编码 "
    "部门编码 仓库编码 store storeno storecode storenumber shopid shopcode branch branchcode site plant werks "
    "sklep numersklepu kodsklepu filiale filialnummer filialnr magasin codemagasin"
)
_SKU = (
    "商品编码 商品编号 商品代码 货号 款号 编码 商品号 商品内码 物料编码 物料编号 物料代码 存货编码 存货代码 "
    "产品编码 产品编号 "
    "itemno itemcode itemid itemnumber productid productcode productno article articleno articlenumber materialno "
    "materialnumber material matnr indeks kod kodtowaru kodproduktu "
    "artikelnummer artikelnr artnr codearticle codeproduit référence"
)
_AISLE = "通道 过道 巷道 走道"
_NAME = "名称"
_PRICE = (
    "价格 售价 零售价 单价 销售价 标价 门店售价 门店价 零售单价 标准售价 unitprice saleprice retailprice "
    "salesprice cena cenabrutto cenadetaliczna preis verkaufspreis vkpreis prix prixdevente prixttc"
)
_MEMBER_PRICE = "会员价 会员价格 会员售价 会员单价 vipprice memberprice clubprice cenaklubowa"
_PERSON_ID = "员工号 工号 员工编号 员工编码 人员编号 employeeid employeeno staffid"
_GLN = "位置码 全球位置码 参与方位置码 参与方位置代码 全球位置代码 globallocationnumber iln"

NAMES: dict[CatalogKind, dict[str, str]] = {
    CatalogKind.STORES: {
        "store_id": _STORE_ID,
        "name": f"门店名称 门店名 门店 店名 店铺名称 分店名称 机构名称 storename shopname nazwasklepu nazwa {_NAME}",
        "city": "城市 所在城市 市 miasto",
        "timezone": "时区 tz",
        "gln": _GLN,
        "latitude": "纬度 门店纬度 lat",
        "longitude": "经度 门店经度 lng lon long",
        "hours": "营业时间 营业时段 openinghours openhours",
    },
    CatalogKind.CAMPAIGNS: {
        "campaign_id": "活动编号 活动编码 活动代码 活动号 campaign campaigncode",
        "name": f"活动名称 活动名 活动 活动主题 campaignname {_NAME}",
        "start": "开始 开始日期 开始时间 起始日期 活动开始 startdate",
        "end": "结束 结束日期 结束时间 截止日期 活动结束 enddate",
        "cost": "费用 成本 活动费用 活动成本",
        "goal": "目标类型 目标指标 考核指标",
        "target": "目标 目标值 活动目标",
        "gcn": "优惠券代码 全球优惠券代码 优惠券GS1代码 globalcouponnumber couponnumber",
    },
    CatalogKind.PRODUCTS: {
        "sku": _SKU,
        "name": (
            "品名 商品名称 商品名 商品 产品名称 货品名称 存货名称 物料名称 物料描述 商品全名 productname "
            f"itemname itemdescription materialdescription maktx nazwa nazwatowaru nazwaproduktu "
            f"bezeichnung artikelbezeichnung artikelname désignation libellé {_NAME}"
        ),
        "gtin": (
            "条码 商品条码 条形码 国际条码 69码 主条码 商品条形码 barcode ean ean13 ean11 upc eancode eanupc "
            "kodkreskowy kodean strichcode codebarre codebarres codeean"
        ),
        "spec": "规格 商品规格 包装规格 规格型号 specification size opakowanie",
        "unit": "单位 计量单位 销售单位 基本单位 主计量单位 库存单位 uom unitofmeasure baseunit meins jednostka jm",
        "origin": "产地 原产地 产地信息 countryoforigin krajpochodzenia pochodzenie",
        "category": (
            "类别 品类 分类 商品分类 商品类别 类目 类别名称 存货分类 物料组 department group materialgroup "
            "matkl kategoria grupa"
        ),
        "price": _PRICE,
        "member_price": _MEMBER_PRICE,
        "pack_quantity": "条码数量 条码含量 包装数量 换算数量 unitsperbarcode packsize",
        "cost_price": (
            "进价 成本价 采购价 进货价 进货单价 参考进价 参考成本 最新进价 costprice purchaseprice cenazakupu"
        ),
        "net_content": "净含量 净重 netcontent netweight",
        "net_unit": "净含量单位 计价单位 netunit",
    },
    CatalogKind.PEOPLE: {
        "person_id": _PERSON_ID,
        "store_id": _STORE_ID,
        "name": f"姓名 员工姓名 员工 员工名称 employeename staffname fullname {_NAME}",
        "role": "岗位 职位 职务 角色 工种 position jobtitle",
        "from": "入职日期 到岗日期 生效日期 开始日期 startdate",
        "to": "离职日期 离岗日期 结束日期 enddate",
        "gsrn": "服务关系代码 全球服务关系代码 globalservicerelationnumber",
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
        "gln": _GLN,
        "giai": "资产代码 单个资产代码 全球单个资产代码 globalindividualassetidentifier",
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
        "valid_from": "生效日期 生效时间 生效日 执行日期 开始日期 effectivedate startdate from",
        "position": "位 位号 货位 排位 facing slot",
        "label": "陈列 陈列标签 陈列类型 displaylabel",
        "to": "下架日期 结束日期 截止日期 停售日期 撤架日期 enddate delistdate",
    },
    CatalogKind.PRICES: {
        "sku": _SKU,
        "store_id": _STORE_ID,
        "price": f"新价 新售价 调后价 执行价 调价后 调整后售价 newprice {_PRICE}",
        "member_price": f"新会员价 {_MEMBER_PRICE}",
        "promo_price": "促销价 特价 活动价 促销单价 promoprice promotionalprice cenapromocyjna",
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
    CatalogKind.SHIFTS: {
        "person_id": _PERSON_ID,
        "store_id": _STORE_ID,
        "start": "上班时间 上班 开始时间 班次开始 排班开始 开始 starttime shiftstart begin from",
        "end": "下班时间 下班 结束时间 班次结束 排班结束 结束 endtime shiftend finish to",
    },
    CatalogKind.TRAFFIC: {
        "store_id": _STORE_ID,
        "at": "时间 时段 统计时间 日期 日期时间 小时 time datetime timestamp date hour",
        "count": "客流 客流量 客流数 进店客流 人数 进店人数 客数 visitors footfall people counted entries in",
    },
    CatalogKind.COSTS: {
        "kind": "对象 费用对象 对象类型 类型 for scope type campaigntouchpointcarrier",
        "key": ("对象编号 编号 活动编号 触点 短码 物料 campaign campaignid touchpoint code carrier id"),
        "from": "开始日期 起始日期 开始 生效日期 日期 startdate start date",
        "to": "结束日期 截止日期 结束 enddate end",
        "amount": "金额 费用 成本 花费 投入 cost costs spend spending",
        "note": "备注 费用项目 项目 remark item description",
    },
}
"""The columns of each kind in their order, each with the other names that it is recognised by."""

EXTRA_NAMES: dict[str, str] = {
    "grade": "等级 质量等级 品级 商品等级",
    "brand": "品牌 商标 品牌名称 brandname",
    "photo": "图片 照片 商品图片 主图 image picture",
    "drained_weight": "沥干物 沥干重 固形物 固形物含量 drainedweight drainednetweight abtropfgewicht",
    "storage": "储存条件 贮存条件 保存条件 储存方式 贮存方式 storageconditions",
    "feature_1": "参数1 卖点1 特点1 规格参数1 feature1",
    "feature_2": "参数2 卖点2 特点2 规格参数2 feature2",
    "feature_3": "参数3 卖点3 特点3 规格参数3 feature3",
    "feature_4": "参数4 卖点4 特点4 规格参数4 feature4",
    "feature_5": "参数5 卖点5 特点5 规格参数5 feature5",
    "name_en": "英文名 英文品名 英文名称 商品英文名 englishname nameen",
}
"""Columns of a merchant's own that many have, with the other names of each."""
